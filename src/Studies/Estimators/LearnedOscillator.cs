using System.Globalization;
using Robotics.Inference.Formats;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Estimators;

/// <summary>The part of the study 'kalman' in which the models' parameters are learned too.</summary>
internal static class LearnedOscillator
{
    private static readonly (string Name, SequenceModelKind Kind)[] Models =
        [("rssm", SequenceModelKind.Rssm), ("vrnn", SequenceModelKind.Vrnn)];

    /// <summary>Trains, measures and reports.</summary>
    public static void Report(StudyRun run, CancellationToken cancellationToken)
    {
        var sizes = run.IsQuick ? new LearnedOscillatorSizes(100, 20, 30, 100, 20) : new LearnedOscillatorSizes(1000, 100, 40, 2000, 100);
        var updates = run.Seeds.Count * Models.Length * (long)sizes.Updates;
        using var progress = run.Context.Output.StartProgress("learning models of the oscillator", updates);
        var (found, done) = (Models.ToDictionary(m => m.Name, _ => new List<LearnedOscillatorResult>()), 0);
        for (var seed = 0; seed < run.Seeds.Count; seed++)
        {
            foreach (var (name, kind) in Models)
            {
                var before = done++ * (long)sizes.Updates;
                var experiment = new LearnedOscillatorExperiment(sizes, run.Key(seed).Derive("learned-oscillator"));
                found[name].Add(experiment.Run(
                    kind,
                    (update, loss) => progress.Report(
                        before + update, string.Create(CultureInfo.InvariantCulture, $"{name}, bound {loss.Elbo:F3}")),
                    cancellationToken));
            }
        }

        var rows = Models.Select(m => Row(run, m.Name, found[m.Name])).ToList();
        rows.Add(["ground truth", run.Metric("learned_kalman_rmse", [.. found["rssm"].Select(r => r.KalmanError)]).ToString(), "1", "", "",
            run.Metric("learned_log_likelihood_nats_per_step", [.. found["rssm"].Select(r => r.LogLikelihoodPerStep)]).ToString()]);
        run.Table(
            $"Models that learn the oscillator's parameters too; bounds by {sizes.Particles} particles",
            ["", "state error", "divided by the Kalman filter's", "IWAE, nats per step", "FIVO, nats per step", "log-likelihood"], rows);
        foreach (var (name, _) in Models)
        {
            var ratio = SeedMetric.From(Ratios(found[name]));
            run.Require(
                $"learned_{name}_state_error", ratio.Mean <= 1.05,
                $"state error of a linear probe of the belief of {name} at most 1.05 × the Kalman filter's: {ratio}");
        }
    }

    private static IReadOnlyList<string> Row(StudyRun run, string name, List<LearnedOscillatorResult> found)
    {
        string Bound(string kind, Func<LearnedOscillatorResult, double> of) =>
            double.IsNaN(of(found[0])) ? "" : run.Metric($"learned_{name}_{kind}_nats_per_step", [.. found.Select(of)]).ToString();
        return
        [
            name,
            run.Metric($"learned_{name}_state_rmse", [.. found.Select(r => r.StateError)]).ToString(),
            run.Metric($"learned_{name}_state_error_ratio", Ratios(found)).ToString(),
            Bound("iwae", r => r.IwaePerStep),
            Bound("fivo", r => r.FivoPerStep),
            "",
        ];
    }

    private static double[] Ratios(List<LearnedOscillatorResult> found) => [.. found.Select(r => r.StateError / r.KalmanError)];
}
