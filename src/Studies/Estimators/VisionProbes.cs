using Robotics.Core.Errors;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Probes;
using Robotics.SequenceModels.Sequences;
using Robotics.StateEstimation.Kalman;

namespace Robotics.Studies.Estimators;

/// <summary>Errors of a quantity over the test set. Immutable.</summary>
/// <param name="Median">Median.</param>
/// <param name="Percentile95">95th percentile.</param>
/// <param name="Rms">Root mean square.</param>
public sealed record ErrorSummary(double Median, double Percentile95, double Rms)
{
    /// <summary>Summary of a list of distances.</summary>
    public static ErrorSummary From(IEnumerable<double> distances)
    {
        var sorted = distances.Order().ToArray();
        var rms = Math.Sqrt(sorted.Average(d => d * d));
        return new ErrorSummary(sorted[sorted.Length / 2], sorted[(int)(0.95 * (sorted.Length - 1))], rms);
    }
}

/// <summary>
/// Linear probes of a belief over camera and joints for quantities that no single reading contains: the goal, which only the camera
/// sees, and joint velocities from noisy positions. Fitted on the training set and measured on the test set. Offline; not thread-safe.
/// </summary>
/// <param name="training">Training episodes.</param>
/// <param name="testSet">Test episodes.</param>
public sealed class VisionProbes(SequenceReplay training, SequenceReplay testSet)
{
    /// <summary>Steps at the start of an episode that are not measured, because the belief has not converged yet.</summary>
    public const int Warmup = 10;

    /// <summary>Distances from the goal in the plane, m.</summary>
    /// <param name="model">The model, on the processor.</param>
    /// <param name="change">Hides observations, for ablations; null for none.</param>
    public ErrorSummary Goal(SequenceModel model, Func<SequenceBatch, SequenceBatch>? change = null) =>
        ErrorSummary.From(Errors(model, change, (s, _) => GoalOf(s)));

    /// <summary>Errors of the joint velocities, rad/s, all joints together.</summary>
    /// <param name="model">The model, on the processor.</param>
    public ErrorSummary Velocities(SequenceModel model)
    {
        var joints = VelocityColumns(testSet.Sequences[0]).Length;
        return ErrorSummary.From(Errors(model, null, TrueVelocity).Select(d => d / Math.Sqrt(joints)));
    }

    /// <summary>
    /// The same by a constant-acceleration Kalman filter on the same positions, tuned by maximum likelihood on training episodes.
    /// </summary>
    public ErrorSummary KalmanVelocities()
    {
        const int order = (int)KinematicOrder.ConstantAcceleration;
        double[] initialStd = [1, 1, 5];
        var modality = VectorModality();
        var axes = training.Layout.Modalities[modality].Dimension;
        var tuner = new KinematicTuner(axes, KinematicOrder.ConstantAcceleration, initialStd);
        var parameters = tuner.Fit([.. training.Sequences.Take(3).Select(s => Track(s, modality))], new KinematicParameters(50, 1e-5));
        var filter = new KalmanFilter(KinematicMotion.Model(axes, KinematicOrder.ConstantAcceleration, parameters, initialStd));
        var errors = new List<double>();
        foreach (var sequence in testSet.Sequences)
        {
            var states = filter.Run(Track(sequence, modality)).Filtered;
            for (var t = Warmup; t < sequence.Steps; t++)
            {
                var truth = TrueVelocity(sequence, t);
                errors.Add(Math.Sqrt(truth.Select((v, i) => Math.Pow(states[t].Mean[(i * order) + 1] - v, 2)).Average()));
            }
        }

        return ErrorSummary.From(errors);
    }

    /// <summary>The goal's coordinates in the plane, m.</summary>
    internal static double[] GoalOf(EpisodeSequence sequence) => sequence.Episode.Header.Goals.TryGetValue("goal", out var goal)
        ? goal[..2]
        : throw new UserErrorException(
            $"The episodes of task '{sequence.Episode.Header.Task}' have no goal named 'goal'; measure with the task camera-reach.");

    private IEnumerable<double> Errors(
        SequenceModel model, Func<SequenceBatch, SequenceBatch>? change, Func<EpisodeSequence, int, double[]> target)
    {
        var (rows, targets) = (new List<float[]>(), new List<double[]>());
        var features = LatentFeatures.From(model, training, change);
        for (var e = 0; e < features.Length; e++)
        {
            for (var t = Warmup; t < features[e].Length; t++)
            {
                rows.Add(features[e][t]);
                targets.Add(target(training.Sequences[e], t));
            }
        }

        var probe = LinearProbe.Fit(rows, targets);
        var measured = LatentFeatures.From(model, testSet, change);
        for (var e = 0; e < measured.Length; e++)
        {
            for (var t = Warmup; t < measured[e].Length; t++)
            {
                var truth = target(testSet.Sequences[e], t);
                yield return Math.Sqrt(probe.Read(measured[e][t]).Zip(truth, (a, b) => (a - b) * (a - b)).Sum());
            }
        }
    }

    private static double[] TrueVelocity(EpisodeSequence sequence, int step)
    {
        var (episode, n) = (sequence.Episode, sequence.Episode.ObservationDimension);
        return episode.Truth.Length > 0
            ? [.. VelocityColumns(sequence).Select(c => (double)episode.Truth[(step * n) + c])]
            : throw new UserErrorException("The episodes do not hold the true velocities; record them with './robot train estimator'.");
    }

    private static int[] VelocityColumns(EpisodeSequence sequence) =>
        [.. sequence.Episode.Header.ObservationNames.Select((name, i) => (name, i))
            .Where(c => c.name.StartsWith("qd.", StringComparison.Ordinal)).Select(c => c.i)];

    private int VectorModality() => training.Layout.Modalities.Select((m, i) => (m, i)).First(m => !m.m.IsImage).i;

    private static LinearStep[] Track(EpisodeSequence sequence, int modality)
    {
        return [.. Enumerable.Range(0, sequence.Steps).Select(t => new LinearStep(sequence.Layout.PeriodSeconds, null, [Reading(t)]))];

        double[]? Reading(int step) => sequence.IsNew(modality, step)
            ? [.. sequence.Vector(modality, step).ToArray().Select(v => (double)v)]
            : null;
    }
}
