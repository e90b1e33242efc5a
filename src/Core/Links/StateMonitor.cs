using Robotics.Core.Time;

namespace Robotics.Core.Links;

/// <summary>Reads a connected robot without commanding it: for checks before it is activated. Not for the tick path.</summary>
/// <param name="driver">The driver, connected and not activated.</param>
/// <param name="clock">The run's clock.</param>
public sealed class StateMonitor(RobotDriver driver, SystemClock clock)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(2);

    /// <summary>Reads for a time and returns the newest state; null when none came.</summary>
    public Task<RobotState?> WatchAsync(TimeSpan duration, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var pacer = new WallPacer(clock);
            var state = new RobotState(driver.Spec.Joints.Count);
            var hasState = false;
            for (var end = clock.Now + duration; clock.Now < end; pacer.WaitUntil(clock.Now + Period))
            {
                cancellationToken.ThrowIfCancellationRequested();
                hasState |= driver.TryRead(state) == LinkStatus.Ok;
            }

            return hasState ? state : null;
        },
        cancellationToken);
}
