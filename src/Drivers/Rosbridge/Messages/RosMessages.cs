using System.Text;

namespace Robotics.Drivers.Rosbridge.Messages;

/// <summary>Encoding of a message that arrived.</summary>
internal enum RosEncoding
{
    /// <summary>JSON text.</summary>
    Json,

    /// <summary>CBOR.</summary>
    Cbor,

    /// <summary>The CDR of ROS 2, wrapped in CBOR.</summary>
    Cdr,
}

/// <summary>A message of a topic as it arrived: valid only during the call that hands it over.</summary>
/// <param name="Encoding">Encoding.</param>
/// <param name="Bytes">The value of <c>msg</c>; for CDR the serialized message with its encapsulation header.</param>
internal readonly record struct RosMessage(RosEncoding Encoding, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// A sensor_msgs/JointState, filled in place. Names are resolved while they are read, so that no text is kept. Not thread-safe.
/// </summary>
internal sealed class JointStateMessage
{
    /// <summary>Maximum number of joints in a message; those after are ignored.</summary>
    public const int Capacity = 256;
    private readonly byte[][] _known;
    private readonly int[] _joints = new int[Capacity];

    /// <summary>Creates a message that knows these joints.</summary>
    /// <param name="names">Names on the ROS side, in the robot's order.</param>
    public JointStateMessage(IEnumerable<string> names) => _known = [.. names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>header.stamp, ns since 1970; 0 for none.</summary>
    public long StampNanoseconds { get; set; }

    /// <summary>Number of names.</summary>
    public int NameCount { get; private set; }

    /// <summary>The positions, in the message's order.</summary>
    public RosNumbers Positions { get; } = new(Capacity);

    /// <summary>The velocities.</summary>
    public RosNumbers Velocities { get; } = new(Capacity);

    /// <summary>The efforts.</summary>
    public RosNumbers Efforts { get; } = new(Capacity);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        (StampNanoseconds, NameCount) = (0, 0);
        Positions.Clear();
        Velocities.Clear();
        Efforts.Clear();
    }

    /// <summary>Adds a name, UTF-8.</summary>
    public void AddName(ReadOnlySpan<byte> name)
    {
        if (NameCount < Capacity)
            _joints[NameCount] = IndexOf(name);
        NameCount++;
    }

    /// <summary>Place of a joint of the robot in the message; −1 when it is not in it.</summary>
    public int PlaceOf(int joint) => Array.IndexOf(_joints, joint, 0, Math.Min(NameCount, Capacity));

    private int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _known.Length; i++)
        {
            if (name.SequenceEqual(_known[i]))
                return i;
        }

        return -1;
    }
}

/// <summary>A list of numbers of bounded length. Not thread-safe.</summary>
internal sealed class RosNumbers(int capacity)
{
    private readonly double[] _values = new double[capacity];

    /// <summary>Number of values, those above the capacity included.</summary>
    public int Count { get; private set; }

    /// <summary>A value; NaN where there is none.</summary>
    public double this[int index] => index >= 0 && index < Math.Min(Count, _values.Length) ? _values[index] : double.NaN;

    /// <summary>Adds a value; above the capacity it is only counted.</summary>
    public void Add(double value)
    {
        if (Count < _values.Length)
            _values[Count] = value;
        Count++;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => Count = 0;
}

/// <summary>A sensor_msgs/Image or sensor_msgs/CompressedImage, filled in place. Not thread-safe.</summary>
/// <param name="capacity">Maximum number of data bytes.</param>
internal sealed class ImageMessage(int capacity)
{
    private byte[] _data = new byte[Math.Min(capacity, 64 * 1024)];

    /// <summary>Maximum number of data bytes.</summary>
    public int Capacity => capacity;

    /// <summary>header.stamp, ns since 1970; 0 for none.</summary>
    public long StampNanoseconds { get; set; }

    /// <summary>Rows.</summary>
    public long Height { get; set; }

    /// <summary>Pixels a row.</summary>
    public long Width { get; set; }

    /// <summary>Bytes a row.</summary>
    public long Step { get; set; }

    /// <summary>Encoding of an Image, format of a CompressedImage.</summary>
    public string Encoding { get; set; } = "";

    /// <summary>Number of data bytes; −1 when they are above the capacity.</summary>
    public int Count { get; private set; }

    /// <summary>The data.</summary>
    public ReadOnlyMemory<byte> Data => _data.AsMemory(0, Math.Max(0, Count));

    /// <summary>Forgets everything but the buffer.</summary>
    public void Clear() => (StampNanoseconds, Height, Width, Step, Encoding, Count) = (0, 0, 0, 0, "", 0);

    /// <summary>
    /// The buffer for this number of bytes, of which <see cref="Resize"/> tells how many were used; empty above the capacity.
    /// </summary>
    public Span<byte> Reserve(int count)
    {
        if (count > capacity)
        {
            Count = -1;
            return [];
        }

        if (count > _data.Length)
            _data = new byte[Math.Max(count, Math.Min(capacity, _data.Length * 2))];
        Count = count;
        return _data.AsSpan(0, count);
    }

    /// <summary>Sets the number of data bytes to at most what was reserved.</summary>
    public void Resize(int count) => Count = Math.Min(Count, count);
}
