using Robotics.Core;

namespace Robotics.Controller;

/// <summary>
/// Runs several loops on one thread in the order of their due times; of ticks due together, the loop listed first goes first
/// (list the servo before the control loop: it reads the state that the control loop plans from). With pacers of one simulated
/// world this is deterministic and as fast as the work allows. Does not allocate while running.
/// </summary>
public sealed class LockStepScheduler(params TickLoop[] loops)
{
    /// <summary>Puts the first tick of every loop at one moment.</summary>
    public void StartAt(MonotonicTime first)
    {
        foreach (var loop in loops)
            loop.StartAt(first);
    }

    /// <summary>Runs every tick that is due before <paramref name="end"/>.</summary>
    /// <returns>False when cancelled before that.</returns>
    public bool RunUntil(MonotonicTime end, CancellationToken stop = default)
    {
        while (!stop.IsCancellationRequested)
        {
            var next = loops[0];
            for (var i = 1; i < loops.Length; i++)
            {
                if (loops[i].NextDue < next.NextDue)
                    next = loops[i];
            }

            if (next.NextDue >= end)
                return true;
            next.RunTick();
        }

        return false;
    }
}
