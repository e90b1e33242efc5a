using Robotics.Core.Beliefs;
using Robotics.Core.Time;

namespace Robotics.Runtime.LockStep;

/// <summary>
/// Takes the newest observation as the belief, whatever its delay: for policies that act on observations. It does not predict, so plans
/// from it should take effect at once. One thread; does not allocate after construction; safe on the tick path.
/// </summary>
internal sealed class ObservationTracker(int dimension) : IBeliefTracker
{
    /// <inheritdoc/>
    public Belief Current { get; } = new(dimension);

    /// <inheritdoc/>
    public Belief CreateBelief() => new(dimension);

    /// <inheritdoc/>
    public void Restart(MonotonicTime at, MonotonicTime since)
    {
        Current.Mean.AsSpan().Clear();
        Current.At = at;
    }

    /// <inheritdoc/>
    public void Advance(MonotonicTime at, ReadOnlySpan<float> action) => Current.At = at;

    /// <inheritdoc/>
    public bool Gather(ReadOnlySpan<float> observation, MonotonicTime capturedAt, MonotonicTime receivedAt)
    {
        observation.CopyTo(Current.Mean);
        return !observation.IsEmpty;
    }

    /// <inheritdoc/>
    public void Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into)
    {
        if (into != belief)
            into.CopyFrom(belief);
        into.At = belief.At + TimeSpan.FromSeconds(periodSeconds);
    }
}
