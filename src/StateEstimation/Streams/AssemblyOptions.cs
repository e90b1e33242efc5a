using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.StateEstimation.Streams;

/// <summary>Thresholds above which a stream counts as faulty. Immutable.</summary>
public sealed record AssemblyOptions : IValidatable
{
    /// <summary>A change of the time from capture to arrival that is a jump in time. Default 0.5 s; 0.001 to 60 s.</summary>
    [Range(0.001, 60)]
    public double JumpSeconds { get; init; } = 0.5;

    /// <summary>Samples in a row after a jump that agree with one another, and are then believed. Default 10; 2 to 10000.</summary>
    [Range(2, 10_000)]
    public int SettledAfter { get; init; } = 10;

    /// <summary>
    /// Number of equal images in a row from which on a camera counts as frozen and its images are left out. Default 10; 2 to
    /// 10000.
    /// </summary>
    [Range(2, 10_000)]
    public int FrozenAfter { get; init; } = 10;

    /// <summary>Time without a usable sample after which a stream is silent. Default 1 s; 0.001 to 3600 s.</summary>
    [Range(0.001, 3600)]
    public double SilentAfterSeconds { get; init; } = 1;

    /// <summary>
    /// [modality], the age of a stream's last usable sample above which no plans are made, s, above 0; what is left out, or
    /// infinite, has no such limit. Default: none.
    /// </summary>
    public IReadOnlyList<double> MaximumAgeSeconds { get; init; } = [];

    /// <summary>Samples of one stream that one tick takes at most, so that a flood cannot hold it up. Default 64; 1 to 10000.</summary>
    [Range(1, 10_000)]
    public int MaximumPerTick { get; init; } = 64;

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        foreach (var age in MaximumAgeSeconds)
            OptionRange.Check(age, 0.001, double.PositiveInfinity, nameof(MaximumAgeSeconds));
    }
}
