using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Configuration.Pipelines;

/// <summary>
/// The Kalman filter of a pipeline: each joint moves at a constant velocity but for white acceleration, and its readings are noisy.
/// Immutable.
/// </summary>
public record KalmanOptions : IValidatable
{
    /// <summary>Power spectral density of each joint's acceleration, rad²/s³ or m²/s³, 1e-9 to 1e9. Default: 1.</summary>
    [Range(1e-9, 1e9)]
    public double AccelerationDensity { get; init; } = 1;

    /// <summary>Standard deviation of the noise of measured positions, rad or m, 1e-9 to 1000. Default: 0.01.</summary>
    [Range(1e-9, 1e3)]
    public double PositionNoiseSd { get; init; } = 0.01;

    /// <summary>Standard deviation of the noise of measured velocities, rad/s or m/s, 1e-9 to 1000. Default: 0.1.</summary>
    [Range(1e-9, 1e3)]
    public double VelocityNoiseSd { get; init; } = 0.1;

    /// <summary>Standard deviation of positions, around 0, before the first reading, rad or m, 1e-6 to 1e6. Default: 10.</summary>
    [Range(1e-6, 1e6)]
    public double InitialPositionSd { get; init; } = 10;

    /// <summary>Standard deviation of velocities, around 0, before the first reading, rad/s or m/s, 1e-6 to 1e6. Default: 1.</summary>
    [Range(1e-6, 1e6)]
    public double InitialVelocitySd { get; init; } = 1;

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
