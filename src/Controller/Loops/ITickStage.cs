using Robotics.Core.Time;

namespace Robotics.Controller.Loops;

/// <summary>One turn of a loop. Immutable; safe on the tick path.</summary>
/// <param name="Index">The tick's place on the grid of periods, from 0; a jump is a missed tick.</param>
/// <param name="Due">Scheduled start time.</param>
/// <param name="StartedAt">Actual start time.</param>
/// <param name="Period">The time to the next.</param>
public readonly record struct Tick(long Index, MonotonicTime Due, MonotonicTime StartedAt, TimeSpan Period);

/// <summary>
/// One thing that a loop does in every tick. Run by the loop's thread alone; it must not throw, wait, take locks that a slower
/// thread holds, or (in steady state) allocate.
/// </summary>
public interface ITickStage
{
    /// <summary>The stage's name in reports.</summary>
    string Name { get; }

    /// <summary>Does it once.</summary>
    void Run(in Tick tick);
}
