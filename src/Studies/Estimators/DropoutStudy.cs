using Robotics.Inference.Formats;
using Robotics.Studies.Forecasts;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Estimators;

/// <summary>Forecasts of an object that turns at random while the camera delivers no images.</summary>
internal sealed class DropoutStudy : IStudy
{
    private static readonly int[] Ages = [0, 2, 4, 6, 8, 10];

    /// <inheritdoc/>
    public string Name => "dropout";

    /// <inheritdoc/>
    public string Title => "Beliefs during camera dropout";

    /// <inheritdoc/>
    public string Summary => "beliefs without camera images, compared with holding the last position and with a Kalman filter.";

    /// <inheritdoc/>
    public bool IsResumable => false;

    /// <inheritdoc/>
    public Task RunAsync(StudyRun run, CancellationToken cancellationToken)
    {
        var (found, recovery) = (new List<IReadOnlyList<OpenLoopForecast>>(), new List<double>());
        for (var seed = 0; seed < run.Seeds.Count; seed++)
        {
            var options = run.IsQuick ? TurningObjectOptions.Quick : TurningObjectOptions.Full;
            using var study = new TurningObjectExperiment(options, run.Key(seed).Derive("dropout"));
            var sizes = TurningObjectExperiment.Sizes(SequenceModelKind.Rssm);
            study.TrainWithProgress(run, $"train, seed {seed}", sizes, 1, cancellationToken);
            found.Add(study.Measure(Ages, cancellationToken));
            recovery.Add(study.RecoverySteps(10));
        }

        Report(run, found, recovery);
        return Task.CompletedTask;
    }

    private static void Report(StudyRun run, List<IReadOnlyList<OpenLoopForecast>> found, List<double> recovery)
    {
        var rows = Ages.Select((age, i) => (IReadOnlyList<string>)
        [
            $"{age * 50} ms",
            run.Metric($"coverage_x_{age * 50}_ms", [.. found.Select(f => f[i].Calibrated.Coverage[0])]).ToString(),
            run.Metric($"coverage_y_{age * 50}_ms", [.. found.Select(f => f[i].Calibrated.Coverage[1])]).ToString(),
            run.Metric($"width_{age * 50}_ms", [.. found.Select(f => f[i].Calibrated.Width)]).ToString(),
            run.Metric($"crps_{age * 50}_ms", [.. found.Select(f => f[i].Calibrated.Score)]).ToString(),
            run.Metric($"crps_hold_last_{age * 50}_ms", [.. found.Select(f => f[i].HoldLast)]).ToString(),
            run.Metric($"crps_kalman_{age * 50}_ms", [.. found.Select(f => f[i].Kalman)]).ToString(),
        ]).ToList();
        run.Table(
            "After the last image: coverage of the 90 % interval by axis, its width, and CRPS (unit: half the width of the world)",
            ["age", "coverage x", "coverage y", "width", "CRPS", "hold last", "Kalman"], rows);
        var own = Ages.Select((age, i) => (IReadOnlyList<string>)
        [
            $"{age * 50} ms",
            run.Metric($"coverage_own_x_{age * 50}_ms", [.. found.Select(f => f[i].Own.Coverage[0])]).ToString(),
            run.Metric($"coverage_own_y_{age * 50}_ms", [.. found.Select(f => f[i].Own.Coverage[1])]).ToString(),
            run.Metric($"width_own_{age * 50}_ms", [.. found.Select(f => f[i].Own.Width)]).ToString(),
            run.Metric($"crps_own_{age * 50}_ms", [.. found.Select(f => f[i].Own.Score)]).ToString(),
            run.Metric($"error_{age * 50}_ms", [.. found.Select(f => f[i].Error)]).ToString(),
        ]).ToList();
        run.Table(
            "The same for the uncalibrated belief, and the error of the forecasts' means",
            ["age", "coverage x", "coverage y", "width", "CRPS", "error"], own);
        var recovered = run.Metric("recovery_frames", recovery);
        var last = Ages.Length - 1;
        var widening = run.Metric("width_ratio_500_ms", [.. found.Select(f => f[last].Calibrated.Width / f[0].Calibrated.Width)]);
        var hold = run.Metric("crps_over_hold_last", Ratios(found, a => a.Calibrated.Score, a => a.HoldLast));
        var kalman = run.Metric("crps_over_kalman", Ratios(found, a => a.Calibrated.Score, a => a.Kalman));
        run.Metric("crps_own_over_kalman", Ratios(found, a => a.Own.Score, a => a.Kalman));
        run.Metric("width_own_ratio_500_ms", [.. found.Select(f => f[last].Own.Width / f[0].Own.Width)]);
        double[] coverage = [.. from age in Enumerable.Range(0, Ages.Length)
                                from axis in Enumerable.Range(0, 2)
                                select found.Average(f => f[age].Calibrated.Coverage[axis])];
        run.Line();
        var (lowest, highest) = (StudyRun.Number(coverage.Min(), "P1"), StudyRun.Number(coverage.Max(), "P1"));
        run.Require(
            "coverage", coverage.All(c => c is >= 0.85 and <= 0.95),
            $"coverage 85 to 95 % on both axes at every age: {lowest} to {highest}");
        run.Require("crps_hold_last", hold.Mean <= 0.8, $"CRPS at most 0.8 × that of the last position held: {hold}");
        run.Require("crps_kalman", kalman.Mean <= 1, $"CRPS at most that of a constant-velocity Kalman filter: {kalman}");
        run.Require("widening", widening.Mean >= 1.5, $"interval at 500 ms at least 1.5 × as wide as at 0: {widening}");
        run.Require("recovery", recovered.Mean <= 5, $"error recovers within 5 images: {recovered}");
    }

    /// <summary>[seed], ratio of two scores, each summed over all ages but the first.</summary>
    private static double[] Ratios(
        List<IReadOnlyList<OpenLoopForecast>> found, Func<OpenLoopForecast, double> score, Func<OpenLoopForecast, double> baseline) =>
        [.. found.Select(f => f.Skip(1).Sum(score) / f.Skip(1).Sum(baseline))];
}
