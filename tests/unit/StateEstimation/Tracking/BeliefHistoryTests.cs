using Robotics.Core.Beliefs;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.StateEstimation.Kalman;
using Robotics.StateEstimation.Tracking;
using Robotics.Studies.Estimators;
using Robotics.Studies.Worlds;

namespace Robotics.Tests.Unit.StateEstimation;

public sealed class BeliefHistoryTests
{
    private const int Remembered = 8;
    private const double Period = 0.05;
    private static readonly float[] Values = [1, 2];
    private static readonly LinearGaussianModel Model = KinematicMotion.Model(2, KinematicOrder.ConstantVelocity, new(1, 0.01), [1, 1]);

    [Fact]
    public void Update_AnyOrderOfArrivalWithinK_EqualsOnTimeBitForBit()
    {
        var random = RandomKey.FromSeed(5).OpenStream();
        var data = Enumerable.Range(0, 60).Select(
            i =>
                (
                    At: (i * 0.037) + 0.001, X: (float)random.NextGaussian(), Y: (float)random.NextGaussian(),
                    Late: random.NextInt32(Remembered - 1))).ToArray();

        var onTime = Run(data.Select(d => d with { Late = 0 }).ToArray());
        var late = Run(data);

        Assert.Equal(onTime.Belief.Carry, late.Belief.Carry);
        Assert.Equal(onTime.Belief.Mean, late.Belief.Mean);
        Assert.Equal(onTime.Age, late.Age);
        Assert.True(late.History.Tally(0)[OfferStatus.Late] > 20);
        Assert.Equal(0, onTime.History.Tally(0)[OfferStatus.Late]);
    }

    [Fact]
    public void Offer_WhatCannotBeUsed_IsCountedAndChangesNothing()
    {
        var history = New();
        history.Restart(At(0));
        for (var t = 1; t <= 20; t++)
        {
            history.Advance(At(t), []);
            history.Offer(0, At(t), [1, 2]);
        }

        history.Update();
        double[] before = [.. history.Current.Carry];

        Assert.Equal(OfferStatus.TooLate, history.Offer(0, At(20 - Remembered), [5, 5]));
        Assert.Equal(OfferStatus.Early, history.Offer(0, At(21), [5, 5]));
        Assert.Equal(OfferStatus.Superseded, history.Offer(0, At(20) - TimeSpan.FromMilliseconds(1), [5, 5]));
        Assert.Equal(OfferStatus.NotFinite, history.Offer(0, At(20), [5, float.NaN]));
        Assert.Equal(OfferStatus.WrongSize, history.Offer(0, At(20), [5]));
        Assert.Equal(0, history.Update());
        Assert.Equal(before, history.Current.Carry);
        Assert.Equal(1, history.Tally(0)[OfferStatus.TooLate]);
    }

    [Fact]
    public void Update_EstimatorThatBreaks_PredictionStands()
    {
        var history = new BeliefHistory(new Breaking(), new BeliefHistoryOptions { ActionDimension = 0 });
        history.Restart(At(0));
        history.Advance(At(1), []);

        history.Offer(0, At(1), [1]);
        history.Update();

        Assert.Equal(1, history.Current.Mean[0]);
        Assert.Equal(1, history.NotFinite);
    }

    [Fact]
    public void Advance_OfferAndUpdate_DoNotAllocate()
    {
        var history = New();
        history.Restart(At(0));
        var tick = 0;

        Assert.Equal(0, LeastAllocation.From(() => Drive(history, (40 * tick) + 1, 40 * ++tick)));
    }

    [Fact]
    public void Run_ReadingsThatComeLate_ReplayingBeatsFeedingThemOnArrival()
    {
        var found = new LateDataExperiment(LinearGaussianWorld.Oscillator(0.1), 5).Run(500, RandomKey.FromSeed(1));

        Assert.True(found.OnTime < found.Replayed && found.Replayed < found.OnArrival && found.Replayed < found.LeftOut, found.ToString());
    }

    private static void Drive(BeliefHistory history, int from, int to)
    {
        for (var t = from; t <= to; t++)
        {
            history.Advance(At(t), []);
            history.Offer(0, At(t - 3), Values);
            history.Update();
        }
    }

    private static (BeliefHistory History, Belief Belief, double Age) Run((double At, float X, float Y, int Late)[] data)
    {
        var history = New();
        history.Restart(At(0));
        for (var t = 0; t < 60; t++)
        {
            if (t > 0)
                history.Advance(At(t), []);
            foreach (var d in data.Where(d => Math.Ceiling(d.At / Period) + d.Late == t))
                history.Offer(0, MonotonicTime.FromSeconds(d.At), [d.X, d.Y]);
            history.Update();
        }

        return (history, history.Current, history.Frame[0].AgeSeconds);
    }

    private static BeliefHistory New() =>
        new(new KalmanEstimator(Model), new BeliefHistoryOptions { Ticks = Remembered, ActionDimension = 0 });

    private static MonotonicTime At(int tick) => MonotonicTime.FromSeconds(tick * Period);

    private sealed class Breaking : IStateEstimator
    {
        public int BeliefDimension => 1;

        public IReadOnlyList<ModalitySpec> Modalities { get; } = [new("any", 1)];

        public void Reset(Belief into) => into.Mean[0] = 0;

        public void Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into) =>
            into.Mean[0] = belief.Mean[0] + 1;

        public void Correct(Belief belief, ObservationFrame observation, Belief into) => into.Mean[0] = float.PositiveInfinity;
    }
}
