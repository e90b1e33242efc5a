using Robotics.Core;

namespace Robotics.Configuration;

/// <summary>What a simulator does to a robot's signals so that they resemble a real one's. Immutable.</summary>
public sealed record SimulationSettings : IValidatable
{
    /// <summary>Standard deviation of the noise on measured joint positions, rad or m, ≥ 0. Default: 0.</summary>
    public double PositionNoiseSd { get; init; }

    /// <summary>Standard deviation of the noise on measured joint velocities, rad/s or m/s, ≥ 0. Default: 0.</summary>
    public double VelocityNoiseSd { get; init; }

    /// <summary>Step of the joint encoders, rad or m, ≥ 0; 0 for none. Default: 0.</summary>
    public double PositionQuantum { get; init; }

    /// <summary>Step of measured velocities, rad/s or m/s, ≥ 0; 0 for none. Default: 0.</summary>
    public double VelocityQuantum { get; init; }

    /// <summary>Time from a joint state to its arrival, 0 to 1 s. Default: 0.</summary>
    public TimeSpan SensorDelay { get; init; }

    /// <summary>Time from a command to its effect, 0 to 1 s. Default: 0.</summary>
    public TimeSpan CommandDelay { get; init; }

    /// <summary>Share of joint states that are lost, 0 to 0.95. Default: 0.</summary>
    public double SensorDropRate { get; init; }

    /// <summary>Share of commands that are lost, 0 to 0.95. Default: 0.</summary>
    public double CommandDropRate { get; init; }

    /// <summary>Factor on all masses and inertias, 0.1 to 10: a robot that its model file misjudges. Default: 1.</summary>
    public double MassFactor { get; init; } = 1;

    /// <summary>The cameras that are rendered. Default: none.</summary>
    public IReadOnlyList<CameraSettings> Cameras { get; init; } = [];

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(PositionNoiseSd, 0, double.MaxValue, nameof(PositionNoiseSd));
        OptionRange.Check(VelocityNoiseSd, 0, double.MaxValue, nameof(VelocityNoiseSd));
        OptionRange.Check(PositionQuantum, 0, double.MaxValue, nameof(PositionQuantum));
        OptionRange.Check(VelocityQuantum, 0, double.MaxValue, nameof(VelocityQuantum));
        OptionRange.Check(SensorDelay.TotalSeconds, 0, 1, nameof(SensorDelay));
        OptionRange.Check(CommandDelay.TotalSeconds, 0, 1, nameof(CommandDelay));
        OptionRange.Check(SensorDropRate, 0, 0.95, nameof(SensorDropRate));
        OptionRange.Check(CommandDropRate, 0, 0.95, nameof(CommandDropRate));
        OptionRange.Check(MassFactor, 0.1, 10, nameof(MassFactor));
    }
}

/// <summary>One rendered camera. Immutable.</summary>
public sealed record CameraSettings : IValidatable
{
    /// <summary>The camera's name in the model.</summary>
    public required string Name { get; init; }

    /// <summary>Pixels, 1 to 4096.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels, 1 to 4096.</summary>
    public required int Height { get; init; }

    /// <summary>Pictures per second, above 0, up to 1000.</summary>
    public required double RateHz { get; init; }

    /// <summary>Time from exposure to arrival, 0 to 10 s. Default: 0.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Share of pictures that are lost, 0 to 1. Default: 0.</summary>
    public double DropRate { get; init; }

    /// <summary>Whether shadows and reflections are drawn: several times the work. Default: no.</summary>
    public bool Shadows { get; init; }

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(Width, 1, 4096, nameof(Width));
        OptionRange.Check(Height, 1, 4096, nameof(Height));
        OptionRange.Check(RateHz, 1e-3, 1000, nameof(RateHz));
        OptionRange.Check(Delay.TotalSeconds, 0, 10, nameof(Delay));
        OptionRange.Check(DropRate, 0, 1, nameof(DropRate));
    }
}
