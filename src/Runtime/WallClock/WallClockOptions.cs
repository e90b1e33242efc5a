using Robotics.Runtime.Tasks;

namespace Robotics.Runtime.WallClock;

/// <summary>How a controller is run against the wall clock. Immutable.</summary>
/// <param name="Request">The task, as the simulator's process is told it.</param>
/// <param name="Seconds">How long, all episodes together.</param>
/// <param name="ServoRateHz">Rate of the servo loop.</param>
public sealed record WallClockOptions(TaskRequest Request, double Seconds, double ServoRateHz)
{
    /// <summary>How long loops run beforehand that do not count: code is compiled, memory touched. Default: not at all.</summary>
    public double WarmUpSeconds { get; init; }

    /// <summary>Whether one episode lasts all the time, however long the task's are. Default: no.</summary>
    public bool InOneEpisode { get; init; }

    /// <summary>
    /// Whether workers are bound to cores. Then they never share one, but cannot give way either to a program of higher priority
    /// that takes theirs. Default: no.
    /// </summary>
    public bool BindsWorkers { get; init; }
}
