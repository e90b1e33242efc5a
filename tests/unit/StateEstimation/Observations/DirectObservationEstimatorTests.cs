using Robotics.Core.Beliefs;
using Robotics.Core.Time;
using Robotics.StateEstimation.Observations;

namespace Robotics.Tests.Unit.StateEstimation;

public sealed class DirectObservationEstimatorTests
{
    [Fact]
    public void Correct_AnyBelief_BecomesTheObservationWithCertainty()
    {
        var estimator = new DirectObservationEstimator(2);
        var belief = new Belief(2) { Mean = { [0] = 5 }, StandardDeviation = { [1] = 3 }, At = MonotonicTime.FromSeconds(1) };

        var frame = new ObservationFrame(estimator.Modalities);
        estimator.Correct(belief, frame, belief);
        Assert.Equal(5, belief.Mean[0]);
        frame[0].IsNew = true;
        frame[0].Values[0] = 1;
        frame[0].Values[1] = 2;
        estimator.Correct(belief, frame, belief);

        Assert.Equal([1, 2], belief.Mean);
        Assert.Equal([0, 0], belief.StandardDeviation);
        Assert.Equal(1, belief.At.Seconds);
    }

    [Fact]
    public void Predict_WithAndWithoutModel_FollowsTheModelOrStays()
    {
        var belief = new Belief(1) { Mean = { [0] = 4 } };
        var into = new Belief(1);

        new DirectObservationEstimator(1).Predict(belief, [2], 0.04, into);
        Assert.Equal(4, into.Mean[0]);
        new DirectObservationEstimator(1, new Adder()).Predict(belief, [2], 0.04, into);
        Assert.Equal(6, into.Mean[0]);
        Assert.Equal(4, belief.Mean[0]);
    }

    [Fact]
    public void Constructor_ModelOfAnotherTask_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new DirectObservationEstimator(2, new Adder()));

    private sealed class Adder : IBeliefPredictor
    {
        public int BeliefDimension => 1;

        public void PredictMean(ReadOnlySpan<float> belief, ReadOnlySpan<float> action, Span<float> next) =>
            next[0] = belief[0] + action[0];
    }
}
