namespace Robotics.Hil.Suite;

/// <summary>Ticks of a bench's loop while it records; filled in place without allocation. Written by the loop, read after it.</summary>
/// <param name="joints">Number of joints.</param>
/// <param name="capacity">Maximum number of ticks.</param>
internal sealed class HilRecord(int joints, int capacity)
{
    private readonly double[] _times = new double[capacity];
    private readonly double[] _values = new double[capacity * joints * 3];

    /// <summary>Ticks recorded.</summary>
    public int Count { get; private set; }

    /// <summary>Time of a tick, s.</summary>
    public double Time(int tick) => _times[tick];

    /// <summary>Command of a joint before the guard, rad or m.</summary>
    public double Requested(int tick, int joint) => _values[(((tick * joints) + joint) * 3) + 0];

    /// <summary>Command of a joint after the guard, rad or m.</summary>
    public double Applied(int tick, int joint) => _values[(((tick * joints) + joint) * 3) + 1];

    /// <summary>Measured position of a joint, rad or m.</summary>
    public double Measured(int tick, int joint) => _values[(((tick * joints) + joint) * 3) + 2];

    /// <summary>Adds a tick; ticks beyond the capacity are left out.</summary>
    public void Add(double seconds, ReadOnlySpan<double> requested, ReadOnlySpan<double> applied, ReadOnlySpan<double> measured)
    {
        if (Count == _times.Length)
            return;
        _times[Count] = seconds;
        for (var j = 0; j < joints; j++)
        {
            var at = ((Count * joints) + j) * 3;
            (_values[at], _values[at + 1], _values[at + 2]) = (requested[j], applied[j], measured[j]);
        }

        Count++;
    }
}
