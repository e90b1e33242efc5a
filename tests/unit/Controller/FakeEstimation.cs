using Robotics.Core.Beliefs;
using Robotics.Core.Links;
using Robotics.Core.Time;

namespace Robotics.Tests.Unit.Controller;

/// <summary>Observes the first joint's position.</summary>
internal sealed class PositionSource(Func<LinkStatus> status) : IObservationSource
{
    public int Dimension => 1;

    public LinkStatus TryObserve(MonotonicTime now, RobotState state, Span<float> observation)
    {
        observation[0] = (float)state.Positions[0];
        return status();
    }
}

/// <summary>Believes what it sees; predicts x + gain · action.</summary>
internal sealed class SummingEstimator(float gain) : IStateEstimator
{
    public int BeliefDimension => 2;

    public IReadOnlyList<ModalitySpec> Modalities { get; } = [new("position", 1)];

    public void Reset(Belief into) => into.Mean.AsSpan().Clear();

    public void Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into) =>
        into.Mean[0] = belief.Mean[0] + (gain * action[0]);

    public void Correct(Belief belief, ObservationFrame observation, Belief into) =>
        into.Mean[0] = observation[0].IsNew ? observation[0].Values[0] : belief.Mean[0];
}
