namespace Robotics.Core;

/// <summary>
/// Paces a loop in lock-step with a simulated world: waiting means simulating up to the deadline.
/// Single-threaded; as safe on the tick path as the world is.
/// </summary>
public sealed class SimulatedPacer(ISteppedWorld world) : IPacer, IClock
{
    /// <inheritdoc/>
    public IClock Clock => this;

    /// <inheritdoc/>
    public MonotonicTime Now => world.Now;

    /// <inheritdoc/>
    public void WaitUntil(MonotonicTime deadline) => world.AdvanceTo(deadline);
}
