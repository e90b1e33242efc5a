using Robotics.Core.Time;

namespace Robotics.Testing;

/// <summary>A pacer on a <see cref="ManualClock"/>: waiting moves the clock to the deadline plus the next given lateness.</summary>
public sealed class ManualPacer(ManualClock clock) : IPacer
{
    private readonly Queue<TimeSpan> _lateness = new();

    public IClock Clock => clock;

    /// <summary>The next wait ends so much after its deadline.</summary>
    public void WakeLateBy(TimeSpan lateness) => _lateness.Enqueue(lateness);

    public void WaitUntil(MonotonicTime deadline)
    {
        clock.MoveTo(deadline);
        if (_lateness.TryDequeue(out var late))
            clock.Advance(late);
    }
}
