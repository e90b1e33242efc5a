namespace Robotics.Core.Time;

/// <summary>Clock of the run. Implementations are thread-safe and safe on the tick path.</summary>
public interface IClock
{
    /// <summary>Now, since the start of the run.</summary>
    MonotonicTime Now { get; }
}

/// <summary>Waits for absolute moments. One pacer belongs to one thread.</summary>
public interface IPacer
{
    /// <summary>The clock in which deadlines are given.</summary>
    IClock Clock { get; }

    /// <summary>
    /// Returns at or after <paramref name="deadline"/>; at once when it has passed. Safe on the tick path.
    /// </summary>
    void WaitUntil(MonotonicTime deadline);
}

/// <summary>A world whose time advances only on request: a simulator in lock-step.</summary>
public interface ISteppedWorld
{
    /// <summary>Simulated time reached so far.</summary>
    MonotonicTime Now { get; }

    /// <summary>Simulates up to <paramref name="time"/>; nothing happens when it has been reached already.</summary>
    void AdvanceTo(MonotonicTime time);
}
