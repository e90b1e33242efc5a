using Robotics.Core.Errors;

namespace Robotics.Core.Links;

/// <summary>The limits of one robot's guard. All arrays are per command channel.</summary>
public sealed class GuardOptions
{
    /// <summary>Smallest command, SI. Default: the device's.</summary>
    public double[]? Low { get; init; }

    /// <summary>Largest command, SI. Default: the device's.</summary>
    public double[]? High { get; init; }

    /// <summary>Largest change of a command per second, SI/s; +∞ for none. Default: none.</summary>
    public double[]? MaximumRate { get; init; }

    /// <summary>
    /// Maximum acceleration of position channels, SI/s², with braking distance to the limits; +∞ for none. Default: none.
    /// </summary>
    public double[]? MaximumAcceleration { get; init; }

    /// <summary>
    /// Maximum distance of a requested position from the measured one, SI; beyond it the robot stops and holds. Default: none.
    /// </summary>
    public double[]? MaximumJump { get; init; }

    /// <summary>
    /// Maximum difference of the last command and the measured position of position channels, SI, for longer than
    /// <see cref="TrackingSeconds"/>; then the robot stops and holds. Default: none.
    /// </summary>
    public double[]? MaximumTrackingError { get; init; }

    /// <summary>Time for which a larger tracking error is allowed, s. Default: 0.1.</summary>
    public double TrackingSeconds { get; init; } = 0.1;

    /// <summary>Limits of the motors' condition. Default: none.</summary>
    public HealthLimits Health { get; init; } = new();

    /// <summary>[channels], true for grippers, which back off after <see cref="GripperStallSeconds"/> of stall. Default: none.</summary>
    public bool[]? Grippers { get; init; }

    /// <summary>Duration of a stall after which a gripper's command is set to its measured position, s. Default: 1.</summary>
    public double GripperStallSeconds { get; init; } = 1;

    /// <summary>Checks of whole poses. Default: none.</summary>
    public IReadOnlyList<IMotionMonitor> Monitors { get; init; } = [];

    /// <summary>Factor on all maximum rates, above 0 to 1. Default: 1.</summary>
    public double SpeedScale { get; init; } = 1;

    /// <summary>Without a watchdog of its own a device is refused above this rate, SI/s. Default: +∞ (simulators).</summary>
    public double UnwatchedMaximumRate { get; init; } = double.PositiveInfinity;

    /// <summary>The narrower of these limits and a robot's own, channel by channel; all else is the robot's.</summary>
    /// <param name="own">The robot's own options.</param>
    /// <param name="spec">Description of the robot.</param>
    public GuardOptions Within(GuardOptions own, RobotSpec spec)
    {
        var channels = Enumerable.Range(0, spec.Channels.Count).ToArray();
        return new GuardOptions
        {
            Low = [.. channels.Select(i => Math.Max(LowOf(spec, i), own.LowOf(spec, i)))],
            High = [.. channels.Select(i => Math.Min(HighOf(spec, i), own.HighOf(spec, i)))],
            MaximumRate = [.. channels.Select(i => Math.Min(RateOf(i), own.MaximumRate?[i] ?? double.PositiveInfinity))],
            MaximumAcceleration = [.. channels.Select(i => Math.Min(AccelerationOf(i), own.AccelerationOf(i)))],
            MaximumJump = [.. channels.Select(i => Math.Min(JumpOf(i), own.JumpOf(i)))],
            MaximumTrackingError = [.. channels.Select(i => Math.Min(TrackingErrorOf(i), own.TrackingErrorOf(i)))],
            TrackingSeconds = own.TrackingSeconds,
            Health = own.Health,
            Grippers = own.Grippers,
            GripperStallSeconds = own.GripperStallSeconds,
            Monitors = [.. Monitors, .. own.Monitors],
            SpeedScale = own.SpeedScale,
            UnwatchedMaximumRate = own.UnwatchedMaximumRate,
        };
    }

    /// <summary>Checks the options against a robot.</summary>
    /// <exception cref="UserErrorException">They do not fit.</exception>
    public void Validate(RobotSpec spec)
    {
        var n = spec.Channels.Count;
        if (SpeedScale is not (> 0 and <= 1))
            throw new UserErrorException($"The guard's speed scale must be above 0 and at most 1, not {SpeedScale}.");
        foreach (var (name, array) in Arrays())
        {
            if (array is not null && array.Length != n)
                throw new UserErrorException(
                    $"Robot '{spec.Name}' has {n} command channels, but the guard's {name} has {array.Length} numbers; give one per "
                    + "channel.");
        }

        for (var i = 0; i < n; i++)
        {
            if (!(LowOf(spec, i) <= HighOf(spec, i)))
                throw new UserErrorException(
                    $"The guard's limits of channel '{spec.Channels[i].Name}' are empty: [{LowOf(spec, i)}, {HighOf(spec, i)}].");
            if (spec.OnCommandLoss == CommandLossBehaviour.KeepsLastCommand && RateOf(i) > UnwatchedMaximumRate)
                throw new UserErrorException(
                    $"Robot '{spec.Name}' has no watchdog of its own: limit the rate of channel '{spec.Channels[i].Name}' to "
                    + $"{UnwatchedMaximumRate} or less.");
        }
    }

    private (string Name, double[]? Array)[] Arrays() =>
    [
        (nameof(Low), Low), (nameof(High), High), (nameof(MaximumRate), MaximumRate), (nameof(MaximumAcceleration), MaximumAcceleration),
        (nameof(MaximumJump), MaximumJump), (nameof(MaximumTrackingError), MaximumTrackingError),
    ];

    internal double LowOf(RobotSpec spec, int i) => Math.Max(spec.Channels[i].Low, Low?[i] ?? double.NegativeInfinity);

    internal double HighOf(RobotSpec spec, int i) => Math.Min(spec.Channels[i].High, High?[i] ?? double.PositiveInfinity);

    internal double RateOf(int i) => SpeedScale * (MaximumRate?[i] ?? double.PositiveInfinity);

    internal double AccelerationOf(int i) => MaximumAcceleration?[i] ?? double.PositiveInfinity;

    internal double JumpOf(int i) => MaximumJump?[i] ?? double.PositiveInfinity;

    internal double TrackingErrorOf(int i) => MaximumTrackingError?[i] ?? double.PositiveInfinity;
}
