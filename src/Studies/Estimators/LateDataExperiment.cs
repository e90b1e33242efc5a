using Robotics.Core.Beliefs;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.StateEstimation.Kalman;
using Robotics.StateEstimation.Tracking;
using Robotics.Studies.Worlds;

namespace Robotics.Studies.Estimators;

/// <summary>How well a state is known under each treatment of late data: root mean square errors of the belief's mean. Immutable.</summary>
/// <param name="OnTime">Everything comes at once: what the delay costs nothing of.</param>
/// <param name="Replayed">Applied where it was captured, and replayed.</param>
/// <param name="OnArrival">Fed to the filter when it arrives, as if it were new.</param>
/// <param name="LeftOut">Left out whenever it is late.</param>
/// <param name="MaximumTicksLate">The longest delay that occurred.</param>
public sealed record LateDataErrors(double OnTime, double Replayed, double OnArrival, double LeftOut, int MaximumTicksLate);

/// <summary>
/// What it is worth to apply a late datum where it belongs: Kalman's filter on a linear-Gaussian world whose readings arrive a random
/// number of ticks late. Offline.
/// </summary>
/// <param name="model">The world, with one sensor.</param>
/// <param name="mostTicksLate">Delays are uniform over 0 … this.</param>
public sealed class LateDataExperiment(LinearGaussianModel model, int mostTicksLate)
{
    /// <summary>Measures over one sequence.</summary>
    public LateDataErrors Run(int steps, RandomKey key)
    {
        var sequence = new LinearGaussianWorld(model).Draw(steps, key.Derive("world"));
        var random = key.Derive("delays").OpenStream();
        var delays = new int[steps];
        for (var t = 0; t < steps; t++)
            delays[t] = random.NextInt32(mostTicksLate + 1);
        return new LateDataErrors(
            Remembered(sequence, new int[steps], mostTicksLate + 1),
            Remembered(sequence, delays, mostTicksLate + 1),
            OnArrival(sequence, delays),
            Remembered(sequence, delays, ticks: 1),
            mostTicksLate);
    }

    private double Remembered(RecordedSequence sequence, int[] delays, int ticks)
    {
        var history = new BeliefHistory(new KalmanEstimator(model), new BeliefHistoryOptions { Ticks = ticks, ActionDimension = model.Motion.ControlDimension });
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

    private IEnumerable<int> Arriving(int[] delays, int t) => Enumerable.Range(0, t + 1).Skip(Math.Max(0, t - mostTicksLate)).Where(s => s + delays[s] == t);

    private static double Error(RecordedSequence sequence, Func<int, Belief> believe)
    {
        var sum = 0.0;
        for (var t = 0; t < sequence.Steps.Count; t++)
            sum += believe(t).Mean.Zip(sequence.States[t], (mean, truth) => (mean - truth) * (mean - truth)).Sum();
        return Math.Sqrt(sum / sequence.Steps.Count);
    }

    private static float[] Action(RecordedSequence sequence, int t) => [.. sequence.Steps[t].Control!.Select(c => (float)c)];

    private static float[] Reading(RecordedSequence sequence, int t) => [.. sequence.Steps[t].Readings[0]!.Select(r => (float)r)];

    private static MonotonicTime At(int tick) => MonotonicTime.FromSeconds(tick);
}
