using Robotics.Core.Spaces;

namespace Robotics.Core.Links;

/// <summary>
/// Limits of one command channel: range, rate, and, for positions, acceleration with braking distance: the speed towards a limit never
/// exceeds that from which the joint can still stop before it (v² ≤ 2·a·d), counted in whole ticks. Without a maximum acceleration only
/// range and rate apply. Used by one thread; does not allocate; safe on the tick path.
/// </summary>
internal sealed class MotionLimiter(CommandChannel channel, double low, double high, double maximumRate, double maximumAcceleration)
{
    private double _speed;
    private double _target;

    /// <summary>Last command sent, SI.</summary>
    public double Last { get; private set; }

    /// <summary>Speed of the last command of a position channel, SI/s.</summary>
    public double Speed => _speed;

    /// <summary>Smallest command.</summary>
    public double Low => low;

    /// <summary>Largest command.</summary>
    public double High => high;

    private bool HasAcceleration => channel.Mode == ActionMode.Position && !double.IsPositiveInfinity(maximumAcceleration);

    /// <summary>Starts at rest from a command.</summary>
    public void StartFrom(double command) => (Last, _speed, _target) = (command, 0, command);

    /// <summary>Takes a command as sent.</summary>
    /// <param name="command">The command.</param>
    /// <param name="seconds">Time since the one before, s.</param>
    /// <param name="requested">The request, SI.</param>
    public void Sent(double command, double seconds, double requested)
    {
        _speed = seconds > 0 ? (command - Last) / seconds : _speed;
        (Last, _target) = (command, requested);
    }

    /// <summary>The nearest allowed command when nothing was sent before.</summary>
    public double Clamp(double requested) => Math.Clamp(requested, low, high);

    /// <summary>The nearest allowed command.</summary>
    /// <param name="requested">The request, SI, finite.</param>
    /// <param name="seconds">Time since the last command, s.</param>
    /// <param name="scale">Factor on the maximum rate, 0 to 1.</param>
    public double Limit(double requested, double seconds, double scale)
    {
        var value = Math.Clamp(requested, low, high);
        if (HasAcceleration)
            return Accelerate(value, seconds, maximumRate * scale);
        if (double.IsPositiveInfinity(maximumRate))
            return value;
        var step = maximumRate * scale * seconds;
        return Math.Clamp(value, Last - step, Last + step);
    }

    /// <summary>The next command on the way to rest; true once the channel is at rest.</summary>
    public bool Brake(double seconds, out double command)
    {
        if (channel.Mode != ActionMode.Position)
        {
            var rest = Math.Clamp(channel.RestingCommand, low, high);
            var step = maximumRate * seconds;
            command = double.IsPositiveInfinity(step) ? rest : Math.Clamp(rest, Last - step, Last + step);
            return command == rest;
        }

        var speed = HasAcceleration ? Math.Sign(_speed) * Math.Max(0, Math.Abs(_speed) - (maximumAcceleration * seconds)) : 0;
        command = Last + (speed * seconds);
        return speed == 0;
    }

    private double Accelerate(double target, double seconds, double rate)
    {
        if (seconds <= 0)
            return Last;
        var gap = target - Last;
        var change = maximumAcceleration * seconds;

        // A target that moves is followed at its own speed; the rest of the speed must be able to stop within the gap.
        var moving = Math.Clamp((target - Math.Clamp(_target, low, high)) / seconds, -rate, rate);
        var stopping = SpeedThatStops(Math.Abs(gap), change, seconds);
        var speed = gap >= 0
            ? Math.Min(gap / seconds, Math.Max(moving, 0) + stopping)
            : Math.Max(gap / seconds, Math.Min(moving, 0) - stopping);
        speed = Math.Clamp(speed, -rate, rate);
        speed = Math.Clamp(speed, _speed - change, _speed + change);
        speed = Math.Min(speed, SpeedThatStops(high - Last, change, seconds));
        speed = Math.Max(speed, -SpeedThatStops(Last - low, change, seconds));
        return Last + (speed * seconds);
    }

    /// <summary>
    /// Maximum speed for this tick after which v² ≤ 2·a·d still holds for the distance that is then left: v² = 2·a·(d − v·Δt) with
    /// a = change/Δt. It falls by less than <paramref name="change"/> per tick.
    /// </summary>
    private static double SpeedThatStops(double distance, double change, double seconds) =>
        distance <= 0 ? 0 : Math.Sqrt((change * change) + (2 * (change / seconds) * distance)) - change;
}
