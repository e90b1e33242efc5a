using Robotics.Configuration.Resets;
using Robotics.Configuration.Tasks;
using Robotics.Core.Errors;

namespace Robotics.Drivers.Simulation.World;

/// <summary>
/// Options of a simulation, including the imperfections of its sensors and its link. Immutable; validated by <see
/// cref="Validate"/>.
/// </summary>
public sealed record SimulationOptions
{
    /// <summary>The longest delay that can be configured.</summary>
    public static readonly TimeSpan MaximumDelay = TimeSpan.FromSeconds(1);

    /// <summary>The model file (MJCF, URDF or .mjb).</summary>
    public required string ModelPath { get; init; }

    /// <summary>The robot's name. Default: the model file's name.</summary>
    public string? Name { get; init; }

    /// <summary>Joints that the robot reports, in order. Default: all hinges and slides of the model.</summary>
    public IReadOnlyList<string>? Joints { get; init; }

    /// <summary>Actuators that take commands, in order. Default: all. The others keep the control of the reset.</summary>
    public IReadOnlyList<string>? Actuators { get; init; }

    /// <summary>Actuators that the task commands; the others keep the control that the keyframe gives them. Default: all.</summary>
    public IReadOnlyList<string>? Commanded { get; init; }

    /// <summary>Physics step in seconds, 1e-5 to 0.1. Default: the model's.</summary>
    public double? TimestepSeconds { get; init; }

    /// <summary>Factor on all masses and inertias, 0.1 to 10: a robot that its nominal model misjudges. Default 1.</summary>
    public double MassFactor { get; init; } = 1;

    /// <summary>Standard deviation of position readings, rad or m, at least 0. Default 0.</summary>
    public double PositionNoise { get; init; }

    /// <summary>Standard deviation of velocity readings, rad/s or m/s, at least 0. Default 0.</summary>
    public double VelocityNoise { get; init; }

    /// <summary>Smallest step of position readings, rad or m; 0 for none. Default 0.</summary>
    public double PositionResolution { get; init; }

    /// <summary>Smallest step of velocity readings, rad/s or m/s; 0 for none. Default 0.</summary>
    public double VelocityResolution { get; init; }

    /// <summary>Time from a reading's capture to its arrival, 0 to 1 s. Default 0.</summary>
    public TimeSpan SensorDelay { get; init; }

    /// <summary>Probability that a reading is lost, 0 to 0.95. Default 0.</summary>
    public double SensorDropout { get; init; }

    /// <summary>Time from a command's sending to its effect, 0 to 1 s. Default 0.</summary>
    public TimeSpan CommandDelay { get; init; }

    /// <summary>Probability that a command is lost, 0 to 0.95. Default 0.</summary>
    public double CommandDropout { get; init; }

    /// <summary>Without a command for this long the robot stops by itself; null for a robot without a watchdog. Default null.</summary>
    public TimeSpan? Watchdog { get; init; }

    /// <summary>Cameras that deliver images. Default none.</summary>
    public IReadOnlyList<SimulatedCameraOptions> Cameras { get; init; } = [];

    /// <summary>
    /// The keyframe that episodes start from without <see cref="Reset"/>; null for the model's default pose. Default null.
    /// </summary>
    public string? Keyframe { get; init; }

    /// <summary>Distribution of episode starts; null for the keyframe as it is. Default null.</summary>
    public ResetDistribution? Reset { get; init; }

    /// <summary>Options that follow from a task's simulation.</summary>
    public static SimulationOptions FromTask(TaskDefinition task) => new()
    {
        ModelPath = task.ModelPath,
        Commanded = [.. task.Actions.Channels.Select(c => c.Name)],
        PositionNoise = task.Simulation.PositionNoiseSd,
        VelocityNoise = task.Simulation.VelocityNoiseSd,
        PositionResolution = task.Simulation.PositionQuantum,
        VelocityResolution = task.Simulation.VelocityQuantum,
        SensorDelay = task.Simulation.SensorDelay,
        SensorDropout = task.Simulation.SensorDropRate,
        CommandDelay = task.Simulation.CommandDelay,
        CommandDropout = task.Simulation.CommandDropRate,
        MassFactor = task.Simulation.MassFactor,
        Cameras = [.. task.Simulation.Cameras.Select(SimulatedCameraOptions.FromSettings)],
        Reset = task.Reset,
    };

    /// <summary>Checks every range.</summary>
    /// <exception cref="UserErrorException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        if (TimestepSeconds is { } step)
            Within(nameof(TimestepSeconds), step, 1e-5, 0.1, "s");
        Within(nameof(MassFactor), MassFactor, 0.1, 10, "times");
        Within(nameof(PositionNoise), PositionNoise, 0, double.MaxValue, "rad or m");
        Within(nameof(VelocityNoise), VelocityNoise, 0, double.MaxValue, "rad/s or m/s");
        Within(nameof(PositionResolution), PositionResolution, 0, double.MaxValue, "rad or m");
        Within(nameof(VelocityResolution), VelocityResolution, 0, double.MaxValue, "rad/s or m/s");
        Within(nameof(SensorDelay), SensorDelay.TotalSeconds, 0, MaximumDelay.TotalSeconds, "s");
        Within(nameof(SensorDropout), SensorDropout, 0, 0.95, "(a probability)");
        Within(nameof(CommandDelay), CommandDelay.TotalSeconds, 0, MaximumDelay.TotalSeconds, "s");
        Within(nameof(CommandDropout), CommandDropout, 0, 0.95, "(a probability)");
        if (Watchdog is { } watchdog)
            Within(nameof(Watchdog), watchdog.TotalSeconds, 1e-3, 3600, "s");
        foreach (var camera in Cameras)
            camera.Validate();
    }

    internal static void Within(string name, double value, double low, double high, string unit)
    {
        if (!(value >= low && value <= high))
            throw new UserErrorException($"The simulator's {name} is {value}; choose {low} to {high} {unit}.");
    }
}
