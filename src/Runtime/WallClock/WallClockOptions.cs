using Robotics.Runtime.Tasks;

namespace Robotics.Runtime.WallClock;

/// <summary>Options of a run against the wall clock. Immutable.</summary>
/// <param name="Request">The task, as passed to the simulator's process.</param>
/// <param name="Seconds">Duration of all episodes together, s.</param>
/// <param name="ServoRateHz">Rate of the servo loop, Hz.</param>
public sealed record WallClockOptions(TaskRequest Request, double Seconds, double ServoRateHz)
{
    /// <summary>Duration of a warm-up that is not measured, in which code is compiled and memory touched, s. Default: 0.</summary>
    public double WarmUpSeconds { get; init; }

    /// <summary>True when one episode lasts for the whole run, whatever the task's horizon. Default: false.</summary>
    public bool InOneEpisode { get; init; }

    /// <summary>
    /// True when workers are pinned to cores. They then never share a core, but cannot move when a program of higher priority
    /// occupies theirs. Default: false.
    /// </summary>
    public bool BindsWorkers { get; init; }
}
