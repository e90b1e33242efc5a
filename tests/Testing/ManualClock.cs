using Robotics.Core.Time;

namespace Robotics.Testing;

/// <summary>A clock that a test moves.</summary>
public sealed class ManualClock : IClock
{
    public MonotonicTime Now { get; private set; }

    public void Advance(TimeSpan span) => Now += span;

    public void MoveTo(MonotonicTime time) => Now = time > Now ? time : Now;
}
