namespace Robotics.Drivers.Feetech;

/// <summary>
/// Refuses positions that cannot be: the checksum is a plain sum, which two swapped bytes pass. A position outside the encoder's range is
/// refused; one that is further from the last than the joint can have moved is accepted when a second reading agrees. Does not allocate.
/// </summary>
internal sealed class FeetechPlausibility
{
    private const double SpeedMargin = 4;
    private const double SlackRadians = 0.1;
    private readonly int _steps;
    private readonly int[] _reach;
    private readonly int[] _last;
    private readonly int[] _suspect;

    /// <summary>Creates the check.</summary>
    /// <param name="servos">The servos.</param>
    /// <param name="family">Their family.</param>
    /// <param name="period">Time between readings.</param>
    public FeetechPlausibility(FeetechServo[] servos, FeetechFamily family, TimeSpan period)
    {
        _steps = FeetechRegisters.Steps(family);
        var slack = SlackRadians / FeetechRegisters.RadiansPerStep(family);
        _reach = [.. servos.Select(s => (int)(slack + (SpeedMargin * period.TotalSeconds * s.Joint.MaximumVelocity / s.Scale.Unit)))];
        (_last, _suspect) = (new int[servos.Length], new int[servos.Length]);
        Reset();
    }

    /// <summary>Forgets all positions: after a connection anything within range is accepted.</summary>
    public void Reset()
    {
        Array.Fill(_last, -1);
        Array.Fill(_suspect, -1);
    }

    /// <summary>True when a servo can stand there.</summary>
    public bool Accept(int servo, int steps)
    {
        if (steps < 0 || steps >= _steps)
            return false;
        var isNear = _last[servo] < 0 || Math.Abs(steps - _last[servo]) <= _reach[servo];
        var isConfirmed = _suspect[servo] >= 0 && Math.Abs(steps - _suspect[servo]) <= _reach[servo];
        if (!isNear && !isConfirmed)
        {
            _suspect[servo] = steps;
            return false;
        }

        (_last[servo], _suspect[servo]) = (steps, -1);
        return true;
    }
}
