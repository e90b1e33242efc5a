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

    /// <summary>Without a watchdog of its own a device is refused above this rate, SI/s. Default: +∞ (simulators).</summary>
    public double UnwatchedMaximumRate { get; init; } = double.PositiveInfinity;

    /// <summary>Checks the options against a robot.</summary>
    /// <exception cref="UserErrorException">They do not fit.</exception>
    public void Validate(RobotSpec spec)
    {
        var n = spec.Channels.Count;
        foreach (var (name, array) in new[] { (nameof(Low), Low), (nameof(High), High), (nameof(MaximumRate), MaximumRate) })
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

    internal double LowOf(RobotSpec spec, int i) => Math.Max(spec.Channels[i].Low, Low?[i] ?? double.NegativeInfinity);

    internal double HighOf(RobotSpec spec, int i) => Math.Min(spec.Channels[i].High, High?[i] ?? double.PositiveInfinity);

    internal double RateOf(int i) => MaximumRate?[i] ?? double.PositiveInfinity;
}
