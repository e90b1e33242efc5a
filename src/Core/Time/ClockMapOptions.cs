using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Core.Time;

/// <summary>Options of a <see cref="ClockMap"/>. Immutable; thread-safe.</summary>
public sealed record ClockMapOptions : IValidatable
{
    /// <summary>
    /// Shortest one-way delay of the network, 0 to 1 s. Pairs without a round trip cannot tell it from an offset of the clock: all
    /// capture times are late by what the true shortest delay exceeds it. Default: 0.
    /// </summary>
    [Range(0, 1)]
    public TimeSpan MinimumDelay { get; init; } = TimeSpan.Zero;

    /// <summary>Maximum drift of the remote clock that is believed, ppm, 0 to 100,000. Default: 500.</summary>
    [Range(0, 100_000)]
    public double MaximumDriftPpm { get; init; } = 500;

    /// <summary>
    /// Maximum speed at which a better estimate of the offset is taken over, ppm, above 0. Default: 2000 (2 ms a second).
    /// </summary>
    [Range(0, 1_000_000, MinimumIsExclusive = true)]
    public double MaximumSlewPpm { get; init; } = 2000;

    /// <summary>Time after the first pair, and after a jump, in which estimates are taken over at once, 0 to 60 s. Default: 1 s.</summary>
    [Range(0, 60)]
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Change of the offset that counts as a jump of the remote clock, 1 ms to 1 h. Default: 100 ms.</summary>
    [Range(0.001, 3600)]
    public TimeSpan JumpThreshold { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Time for which every pair must arrive late before that counts as a jump backwards and no longer as a congested network, 0 to
    /// 60 s. Default: 1 s.
    /// </summary>
    [Range(0, 60)]
    public TimeSpan JumpConfirmation { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
