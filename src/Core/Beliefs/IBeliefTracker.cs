using Robotics.Core.Time;

namespace Robotics.Core.Beliefs;

/// <summary>
/// Keeps the belief of a control loop up to date, tick after tick: carries it over what was commanded, and takes in what the streams have
/// brought, each datum where it belongs in time. Used by one thread; does not allocate, does not throw; safe on the tick path.
/// </summary>
public interface IBeliefTracker
{
    /// <summary>The belief at the tick in progress. It belongs to the tracker: copy what is to be kept.</summary>
    Belief Current { get; }

    /// <summary>Creates a belief of the same kind. For set-up: allocates.</summary>
    Belief CreateBelief();

    /// <summary>Forgets everything and begins with what is believed before anything was observed.</summary>
    /// <param name="at">The first tick.</param>
    /// <param name="since">Data captured before this moment belong to another episode and are ignored.</param>
    void Restart(MonotonicTime at, MonotonicTime since);

    /// <summary>Begins the next tick: the belief is carried over the action that acted since the tick before.</summary>
    /// <param name="at">The tick.</param>
    /// <param name="action">[action], in [−1, 1].</param>
    void Advance(MonotonicTime at, ReadOnlySpan<float> action);

    /// <summary>Takes in what has come; never waits.</summary>
    /// <param name="observation">The task's observation, as the loop has it; empty when it has none.</param>
    /// <param name="capturedAt">Capture time of its joint state.</param>
    /// <param name="receivedAt">Arrival time of its joint state.</param>
    /// <returns>True when at least one reading could be used.</returns>
    bool Gather(ReadOnlySpan<float> observation, MonotonicTime capturedAt, MonotonicTime receivedAt);

    /// <summary>
    /// True when a required stream has delivered no sample for longer than its limit: the belief is still predicted, but plans should not
    /// be made from it.
    /// </summary>
    bool IsStale => false;

    /// <summary>Looks ahead from any belief: over one control period under an action in [−1, 1].</summary>
    void Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into);
}
