namespace Robotics.Drivers.Servos;

/// <summary>
/// Refuses positions that cannot be: checksums are weak, and some pass two swapped bytes. A position outside the range is refused;
/// one that is further from the last than the joint can have moved is accepted when a second reading agrees. Does not allocate.
/// </summary>
internal sealed class PositionPlausibility
{
    private const double SpeedMargin = 4;
    private const double SlackRadians = 0.1;
    private const int Unknown = int.MinValue;
    private readonly int _low;
    private readonly int _high;
    private readonly int[] _reach;
    private readonly int[] _last;
    private readonly int[] _suspect;

    /// <summary>Creates the check.</summary>
    /// <param name="servos">The servos.</param>
    /// <param name="low">Lowest reading, steps.</param>
    /// <param name="high">Highest reading, steps.</param>
    /// <param name="period">Time between readings.</param>
    public PositionPlausibility(IReadOnlyList<Servo> servos, int low, int high, TimeSpan period)
    {
        (_low, _high) = (low, high);
        _reach =
        [
            .. servos.Select(s => (int)((SlackRadians * s.Scale.TravelPerRadian / s.Scale.Unit)
                + (SpeedMargin * period.TotalSeconds * s.Joint.MaximumVelocity / s.Scale.Unit))),
        ];
        (_last, _suspect) = (new int[servos.Count], new int[servos.Count]);
        Reset();
    }

    /// <summary>Forgets all positions: after a connection anything within range is accepted.</summary>
    public void Reset()
    {
        Array.Fill(_last, Unknown);
        Array.Fill(_suspect, Unknown);
    }

    /// <summary>True when a servo can stand there.</summary>
    public bool Accept(int servo, int steps)
    {
        if (steps < _low || steps > _high)
            return false;
        var isNear = _last[servo] == Unknown || Math.Abs(steps - _last[servo]) <= _reach[servo];
        var isConfirmed = _suspect[servo] != Unknown && Math.Abs(steps - _suspect[servo]) <= _reach[servo];
        if (!isNear && !isConfirmed)
        {
            _suspect[servo] = steps;
            return false;
        }

        (_last[servo], _suspect[servo]) = (steps, Unknown);
        return true;
    }
}
