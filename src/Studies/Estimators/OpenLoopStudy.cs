using Robotics.Inference.Formats;
using Robotics.Reporting.Numbers;
using Robotics.Studies.Forecasts;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Estimators;

/// <summary>
/// Open-loop prediction by the recurrent state-space model, compared with an RNN and an SSM of equal numbers of weights and updates and
/// equal tuning.
/// </summary>
internal sealed class OpenLoopStudy : IStudy
{
    private static readonly int[] Horizons = [1, 5, 10, 25];

    private static readonly (string Name, SequenceModelKind Kind, int Overshooting)[] Models =
    [
        ("rssm", SequenceModelKind.Rssm, 1),
        ("rssm_overshooting", SequenceModelKind.Rssm, 5),
        ("rnn", SequenceModelKind.Rnn, 1),
        ("ssm", SequenceModelKind.Ssm, 1),
    ];

    /// <inheritdoc/>
    public string Name => "openloop";

    /// <inheritdoc/>
    public string Title => "Open-loop prediction";

    /// <inheritdoc/>
    public string Summary =>
        "predictions 1 to 25 steps ahead by the recurrent state-space model, with and without overshooting, by an RNN and by an SSM.";

    /// <inheritdoc/>
    public bool IsResumable => false;

    /// <inheritdoc/>
    public Task RunAsync(StudyRun run, CancellationToken cancellationToken)
    {
        var scores = Models.ToDictionary(m => m.Name, _ => new List<IReadOnlyList<OpenLoopForecast>>());
        var bounds = Models.ToDictionary(m => m.Name, _ => new List<double>());
        for (var seed = 0; seed < run.Seeds.Count; seed++)
        {
            var world = run.IsQuick ? TurningObjectOptions.Quick : TurningObjectOptions.Comparison;
            using var study = new TurningObjectExperiment(world, run.Key(seed).Derive("openloop"));
            long weights = 0;
            foreach (var (name, kind, overshooting) in Models)
            {
                var sizes = TurningObjectExperiment.Sizes(kind) with { ResidualPrior = true };
                var options = weights == 0 ? sizes : TurningObjectExperiment.FromEqualWeights(sizes, weights);
                study.TrainWithProgress(run, $"train {name}, seed {seed}", options, overshooting, cancellationToken);
                weights = weights == 0 ? study.Model!.ParameterCount : weights;
                run.Metric($"{name}_parameters", study.Model!.ParameterCount);
                scores[name].Add(study.Measure(Horizons, cancellationToken));
                bounds[name].Add(study.Bound().Elbo);
                var far = scores[name][^1][^1];
                run.Line(
                    $"{name.Replace('_', ' ')}, seed {seed}: CRPS at {Horizons[^1]} steps {StudyRun.Number(far.Own.Score)}, "
                    + $"calibrated {StudyRun.Number(far.Calibrated.Score)}");
            }
        }

        Report(run, scores, bounds);
        return Task.CompletedTask;
    }

    private static void Report(
        StudyRun run, Dictionary<string, List<IReadOnlyList<OpenLoopForecast>>> scores, Dictionary<string, List<double>> bounds)
    {
        string[] columns = ["", .. Horizons.Select(h => $"{h} steps")];
        string Cell(string model, string metric, int horizon, Func<OpenLoopForecast, double> value, string format) =>
            run.Metric($"{model}_{metric}", [.. scores[model].Select(s => value(s[horizon]))]).ToString(format);

        var rows = Models.Select(m => (IReadOnlyList<string>)
        [
            m.Name.Replace('_', ' '),
            .. Horizons.Select((h, i) => Cell(m.Name, $"crps_{h}_steps", i, s => s.Own.Score, "F4")),
            run.Metric($"{m.Name}_elbo_nats_per_step", bounds[m.Name]).ToString("F1"),
        ]).ToList();
        run.Table(
            "CRPS of the position decoded from open-loop predictions (unit: half the width of the world), and the test bound",
            [.. columns, "bound, nats per step"], rows);
        var calibrated = Models.Select(m => (IReadOnlyList<string>)
        [
            m.Name.Replace('_', ' '),
            .. Horizons.Select((h, i) => Cell(m.Name, $"crps_calibrated_{h}_steps", i, s => s.Calibrated.Score, "F4")),
            run.Metric($"{m.Name}_error_25_steps", [.. scores[m.Name].Select(s => s[^1].Error)]).ToString("F3"),
        ]).ToList();
        run.Table(
            "The same with the std scaled at each horizon on a calibration set, and the error of the means",
            [.. columns, "error, 25 steps"], calibrated);
        var images = Models.Select(m => (IReadOnlyList<string>)
        [
            m.Name.Replace('_', ' '),
            .. Horizons.Select((h, i) => Cell(m.Name, $"object_psnr_db_{h}_steps", i, s => s.ObjectPsnr, "F2")),
        ]).ToList();
        run.Table("Peak signal-to-noise ratio of the mean predicted image on the object's pixels, dB", columns, images);
        run.Line();
        foreach (var other in new[] { "rnn", "ssm" })
        {
            double[] gaps = [.. scores[other].Zip(scores["rssm"], (a, b) => a[^1].Own.Score - b[^1].Own.Score)];
            var gap = run.Metric($"{other}_less_rssm_crps_25_steps", gaps);
            var error = gaps.Length < 2 ? double.NaN : Statistics.StandardDeviation(gaps) / Math.Sqrt(gaps.Length);
            run.Require(
                $"beats_{other}", gap.Mean > 2 * error,
                $"CRPS at 25 steps below that of the {other}, by more than two standard errors of the paired difference: "
                + $"{gap.ToString("F4")}, standard error {StudyRun.Number(error, "F4")}");
        }
    }
}
