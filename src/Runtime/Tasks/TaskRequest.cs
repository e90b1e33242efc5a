using Robotics.Configuration.Yaml;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Runtime.Tasks;

/// <summary>Which task to open, and how. Immutable.</summary>
/// <param name="Task">A name in <c>config/tasks</c>, or a path.</param>
/// <param name="MjcfPath">The MJCF file in place of the task's; or null.</param>
/// <param name="ConfigPath">Settings laid over the task's; or null.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Threads">Workers for rollouts, the calling thread included.</param>
public sealed record TaskRequest(string Task, string? MjcfPath, string? ConfigPath, ulong Seed, int Threads)
{
    /// <summary>Changes the simulation, for example by a camera that films; null leaves it as the task says.</summary>
    public Func<SimulationOptions, SimulationOptions>? Simulation { get; init; }

    /// <summary>Servo ticks per second in lock-step; null for as few as the task's actions need.</summary>
    public double? ServoRateHz { get; init; }

    /// <summary>Called with each warning about the task; null for no callback.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Sections of a pipeline that are laid over the task's, before those of <see cref="ConfigPath"/>; or null.</summary>
    public YamlMapping? Overlay { get; init; }

    /// <summary>The sections that are read apart from the task itself, with the type of the options that each is bound to.</summary>
    public IReadOnlyDictionary<string, Type> Sections { get; init; } = TaskSession.Sections;

    /// <summary>The simulation with the change.</summary>
    public SimulationOptions Adapt(SimulationOptions options) => Simulation is null ? options : Simulation(options);
}
