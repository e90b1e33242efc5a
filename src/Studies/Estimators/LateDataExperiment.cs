using Robotics.Core.Beliefs;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.StateEstimation.Kalman;
using Robotics.StateEstimation.Tracking;
using Robotics.Studies.Worlds;

namespace Robotics.Studies.Estimators;

/// <summary>Root mean square errors of the belief's mean under each treatment of late data. Immutable.</summary>
/// <param name="OnTime">No reading is late.</param>
/// <param name="Replayed">Readings applied at their capture tick, with replay to the current one.</param>
/// <param name="OnArrival">Readings applied when they arrive, as if they were new.</param>
/// <param name="LeftOut">Late readings discarded.</param>
/// <param name="MaximumTicksLate">Maximum delay, ticks.</param>
public sealed record LateDataErrors(double OnTime, double Replayed, double OnArrival, double LeftOut, int MaximumTicksLate);

/// <summary>
/// Benefit of applying a late reading at its capture tick: a Kalman filter on a linear-Gaussian world whose readings arrive a random
/// number of ticks late. Offline.
/// </summary>
/// <param name="model">The world, with one sensor.</param>
/// <param name="maximumTicksLate">Maximum delay, ticks; delays are uniform from 0.</param>
public sealed class LateDataExperiment(LinearGaussianModel model, int maximumTicksLate)
{
    /// <summary>Measures over one sequence.</summary>
    public LateDataErrors Run(int steps, RandomKey key)
    {
        var sequence = new LinearGaussianWorld(model).Sample(steps, key.Derive("world"));
        var random = key.Derive("delays").OpenStream();
        var delays = new int[steps];
        for (var t = 0; t < steps; t++)
            delays[t] = random.NextInt32(maximumTicksLate + 1);
        return new LateDataErrors(
            WithHistory(sequence, new int[steps], maximumTicksLate + 1),
            WithHistory(sequence, delays, maximumTicksLate + 1),
            OnArrival(sequence, delays),
            WithHistory(sequence, delays, ticks: 1),
            maximumTicksLate);
    }

    private double WithHistory(RecordedSequence sequence, int[] delays, int ticks)
    {
        var options = new BeliefHistoryOptions { Ticks = ticks, ActionDimension = model.Motion.ControlDimension };
        var history = new BeliefHistory(new KalmanEstimator(model), options);
        history.Restart(At(0));
        return Error(sequence, t =>
        {
            if (t > 0)
                history.Advance(At(t), Action(sequence, t));
            foreach (var s in Arriving(delays, t))
                history.Offer(0, At(s), Reading(sequence, s));
            history.Update();
            return history.Current;
        });
    }

    private double OnArrival(RecordedSequence sequence, int[] delays)
    {
        var estimator = new KalmanEstimator(model);
        var (belief, frame) = (estimator.CreateBelief(), new ObservationFrame(estimator.Modalities));
        estimator.Reset(belief);
        return Error(sequence, t =>
        {
            if (t > 0)
                estimator.Predict(belief, Action(sequence, t), 1, belief);
            foreach (var s in Arriving(delays, t))
            {
                (frame[0].IsNew, frame[0].AgeSeconds) = (true, 0);
                Reading(sequence, s).CopyTo(frame[0].Values, 0);
                estimator.Correct(belief, frame, belief);
            }

            return belief;
        });
    }

    private IEnumerable<int> Arriving(int[] delays, int t) =>
        Enumerable.Range(0, t + 1).Skip(Math.Max(0, t - maximumTicksLate)).Where(s => s + delays[s] == t);

    private static double Error(RecordedSequence sequence, Func<int, Belief> estimate)
    {
        var sum = 0.0;
        for (var t = 0; t < sequence.Steps.Count; t++)
            sum += estimate(t).Mean.Zip(sequence.States[t], (mean, truth) => (mean - truth) * (mean - truth)).Sum();
        return Math.Sqrt(sum / sequence.Steps.Count);
    }

    private static float[] Action(RecordedSequence sequence, int t) => [.. sequence.Steps[t].Control!.Select(c => (float)c)];

    private static float[] Reading(RecordedSequence sequence, int t) => [.. sequence.Steps[t].Readings[0]!.Select(r => (float)r)];

    private static MonotonicTime At(int tick) => MonotonicTime.FromSeconds(tick);
}
