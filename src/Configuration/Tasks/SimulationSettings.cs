using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Configuration.Tasks;

/// <summary>Imperfections of a simulated robot's signals (noise, resolution, delays, losses), and its cameras. Immutable.</summary>
public sealed record SimulationSettings : IValidatable
{
    /// <summary>Standard deviation of the noise on measured joint positions, rad or m, ≥ 0. Default: 0.</summary>
    [Range(0, double.MaxValue)]
    public double PositionNoiseSd { get; init; }

    /// <summary>Standard deviation of the noise on measured joint velocities, rad/s or m/s, ≥ 0. Default: 0.</summary>
    [Range(0, double.MaxValue)]
    public double VelocityNoiseSd { get; init; }

    /// <summary>Step of the joint encoders, rad or m, ≥ 0; 0 for none. Default: 0.</summary>
    [Range(0, double.MaxValue)]
    public double PositionQuantum { get; init; }

    /// <summary>Step of measured velocities, rad/s or m/s, ≥ 0; 0 for none. Default: 0.</summary>
    [Range(0, double.MaxValue)]
    public double VelocityQuantum { get; init; }

    /// <summary>Time from a joint state to its arrival, 0 to 1 s. Default: 0.</summary>
    [Range(0, 1)]
    public TimeSpan SensorDelay { get; init; }

    /// <summary>Time from a command to its effect, 0 to 1 s. Default: 0.</summary>
    [Range(0, 1)]
    public TimeSpan CommandDelay { get; init; }

    /// <summary>Share of joint states that are lost, 0 to 0.95. Default: 0.</summary>
    [Range(0, 0.95)]
    public double SensorDropRate { get; init; }

    /// <summary>Share of commands that are lost, 0 to 0.95. Default: 0.</summary>
    [Range(0, 0.95)]
    public double CommandDropRate { get; init; }

    /// <summary>Factor on all masses and inertias, 0.1 to 10: a robot that its model file misjudges. Default: 1.</summary>
    [Range(0.1, 10)]
    public double MassFactor { get; init; } = 1;

    /// <summary>The cameras that are rendered. Default: none.</summary>
    public IReadOnlyList<CameraSettings> Cameras { get; init; } = [];

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}

/// <summary>One rendered camera. Immutable.</summary>
public sealed record CameraSettings : IValidatable
{
    /// <summary>The camera's name in the model.</summary>
    public required string Name { get; init; }

    /// <summary>Pixels, 1 to 4096.</summary>
    [Range(1, 4096)]
    public required int Width { get; init; }

    /// <summary>Pixels, 1 to 4096.</summary>
    [Range(1, 4096)]
    public required int Height { get; init; }

    /// <summary>Images per second, above 0, up to 1000.</summary>
    [Range(1e-3, 1000)]
    public required double RateHz { get; init; }

    /// <summary>Time from exposure to arrival, 0 to 10 s. Default: 0.</summary>
    [Range(0, 10)]
    public TimeSpan Delay { get; init; }

    /// <summary>Fraction of images that are lost, 0 to 1. Default: 0.</summary>
    [Range(0, 1)]
    public double DropRate { get; init; }

    /// <summary>True when shadows and reflections are rendered: several times the work. Default: false.</summary>
    public bool Shadows { get; init; }

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
