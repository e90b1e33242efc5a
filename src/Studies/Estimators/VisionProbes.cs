using Robotics.Core.Errors;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Probes;
using Robotics.SequenceModels.Sequences;
using Robotics.StateEstimation.Kalman;

namespace Robotics.Studies.Estimators;

/// <summary>Errors of a quantity over held-out episodes. Immutable.</summary>
/// <param name="Median">Half of the errors are smaller.</param>
/// <param name="Percentile95">95 % of the errors are smaller.</param>
/// <param name="Rms">Root mean square.</param>
public sealed record ErrorSummary(double Median, double Percentile95, double Rms)
{
    /// <summary>Of a list of distances.</summary>
    public static ErrorSummary From(IEnumerable<double> distances)
    {
        var sorted = distances.Order().ToArray();
        return new ErrorSummary(sorted[sorted.Length / 2], sorted[(int)(0.95 * (sorted.Length - 1))], Math.Sqrt(sorted.Average(d => d * d)));
    }
}

/// <summary>
/// What a belief over camera and joints knows that no single reading says: the goal that only the camera sees, and joint velocities
/// from noisy positions. Read-outs are fitted on the training episodes and measured on others. Offline; not thread-safe.
/// </summary>
/// <param name="training">Episodes that read-outs are fitted on.</param>
/// <param name="testSet">Test episodes.</param>
public sealed class VisionProbes(SequenceReplay training, SequenceReplay testSet)
{
    /// <summary>Steps at an episode's start that are not measured: a belief needs some to settle.</summary>
    public const int Warmup = 10;

    /// <summary>Distances from the goal in the plane, m.</summary>
    /// <param name="model">The model, on the processor.</param>
    /// <param name="change">Hides something, for controls; null hides nothing.</param>
    public ErrorSummary Goal(SequenceModel model, Func<SequenceBatch, SequenceBatch>? change = null) =>
        ErrorSummary.From(ReadOut(model, change, (s, _) => GoalOf(s)));

    /// <summary>Errors of the joint velocities, rad/s, all joints together.</summary>
    /// <param name="model">The model, on the processor.</param>
    public ErrorSummary Velocities(SequenceModel model) => ErrorSummary.From(ReadOut(model, null, TrueVelocity).Select(d => d / Math.Sqrt(VelocityColumns(testSet.Sequences[0]).Length)));

    /// <summary>The same by a constant-acceleration Kalman filter on the same positions, tuned by maximum likelihood on training episodes.</summary>
    public ErrorSummary KalmanVelocities()
    {
        const int order = (int)KinematicOrder.ConstantAcceleration;
        double[] spread = [1, 1, 5];
        var modality = VectorModality();
        var axes = training.Layout.Modalities[modality].Dimension;
        var tuner = new KinematicTuner(axes, KinematicOrder.ConstantAcceleration, spread);
        var parameters = tuner.Fit([.. training.Sequences.Take(3).Select(s => Track(s, modality))], new KinematicParameters(50, 1e-5));
        var filter = new KalmanFilter(KinematicMotion.Model(axes, KinematicOrder.ConstantAcceleration, parameters, spread));
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
        : throw new UserErrorException($"The episodes of task '{sequence.Episode.Header.Task}' have no goal named 'goal'; measure with the task camera-reach.");

    private IEnumerable<double> ReadOut(SequenceModel model, Func<SequenceBatch, SequenceBatch>? change, Func<EpisodeSequence, int, double[]> target)
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

        var readout = LinearProbe.Fit(rows, targets);
        var measured = LatentFeatures.From(model, testSet, change);
        for (var e = 0; e < measured.Length; e++)
        {
            for (var t = Warmup; t < measured[e].Length; t++)
                yield return Math.Sqrt(readout.Read(measured[e][t]).Zip(target(testSet.Sequences[e], t), (a, b) => (a - b) * (a - b)).Sum());
        }
    }

    private static double[] TrueVelocity(EpisodeSequence sequence, int step)
    {
        var (episode, n) = (sequence.Episode, sequence.Episode.ObservationDimension);
        return episode.Truth.Length > 0
            ? [.. VelocityColumns(sequence).Select(c => (double)episode.Truth[(step * n) + c])]
            : throw new UserErrorException("The episodes do not tell the true velocities; record them with './robot train estimator'.");
    }

    private static int[] VelocityColumns(EpisodeSequence sequence) =>
        [.. sequence.Episode.Header.ObservationNames.Select((name, i) => (name, i)).Where(c => c.name.StartsWith("qd.", StringComparison.Ordinal)).Select(c => c.i)];

    private int VectorModality() => training.Layout.Modalities.Select((m, i) => (m, i)).First(m => !m.m.IsImage).i;

    private static LinearStep[] Track(EpisodeSequence sequence, int modality) => [.. Enumerable.Range(0, sequence.Steps).Select(t => new LinearStep(
        sequence.Layout.PeriodSeconds, null, [sequence.IsNew(modality, t) ? [.. sequence.Vector(modality, t).ToArray().Select(v => (double)v)] : null]))];
}
