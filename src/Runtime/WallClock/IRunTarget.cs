using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Streams;

namespace Robotics.Runtime.WallClock;

/// <summary>The robot of a wall-clock run: a simulator in a process of its own, or a robot. Disposal is a safe stop.</summary>
public interface IRunTarget : IAsyncDisposable
{
    /// <summary>The robot's driver, connected.</summary>
    RobotDriver Driver { get; }

    /// <summary>The robot's cameras.</summary>
    IReadOnlyList<ISensorStream<ImageLease>> Cameras { get; }

    /// <summary>State that only a simulator knows; null on a robot.</summary>
    IPrivilegedState? Privileged { get; }

    /// <summary>Limits of the guard in addition to the task's; null for the task's alone.</summary>
    GuardOptions? Limits { get; }

    /// <summary>True while the run can go on: a simulator whose process has ended cannot, a robot that connects again can.</summary>
    bool CanGoOn { get; }

    /// <summary>Sentence for the user when the run cannot go on.</summary>
    string LostSentence { get; }

    /// <summary>Processor time of the simulator's process, summed over cores; zero on a robot.</summary>
    TimeSpan SimulatorTime { get; }

    /// <summary>Brings the robot to the start of an episode, while no loop runs.</summary>
    /// <param name="link">The robot's guard.</param>
    /// <param name="key">Random key of the episode.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task ResetAsync(GuardedLink link, RandomKey key, CancellationToken cancellationToken);
}
