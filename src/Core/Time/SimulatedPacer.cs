namespace Robotics.Core.Time;

/// <summary>
/// Paces a loop in lock-step with a simulated world: waiting means simulating up to the deadline.
/// Single-threaded; as safe on the tick path as the world is.
/// </summary>
/// <param name="world">The world.</param>
/// <param name="stepNanoseconds">
/// The physics step. Deadlines, whose grid is one of 100 ns, are rounded to whole steps from <see cref="StartAt"/> on, so that a
/// period always has the same number of them. Default: no rounding.
/// </param>
public sealed class SimulatedPacer(ISteppedWorld world, long stepNanoseconds = 1) : IPacer, IClock
{
    private long _origin;

    /// <inheritdoc/>
    public IClock Clock => this;

    /// <inheritdoc/>
    public MonotonicTime Now => world.Now;

    /// <summary>Counts physics steps from this moment.</summary>
    public void StartAt(MonotonicTime origin) => _origin = origin.Nanoseconds;

    /// <inheritdoc/>
    public void WaitUntil(MonotonicTime deadline)
    {
        var passed = deadline.Nanoseconds - _origin;
        world.AdvanceTo(new MonotonicTime(_origin + ((passed + (stepNanoseconds / 2)) / stepNanoseconds * stepNanoseconds)));
    }
}
