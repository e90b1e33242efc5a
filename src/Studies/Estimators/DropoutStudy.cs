using Robotics.Inference.Formats;
using Robotics.Studies.Forecasts;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Estimators;

/// <summary>A camera that goes blind while an object moves with random turns.</summary>
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
            using var study = new TurningObjectExperiment(run.IsQuick ? TurningObjectOptions.Quick : TurningObjectOptions.Full, run.Key(seed).Derive("dropout"));
            study.TrainWithProgress(run, $"train, seed {seed}", TurningObjectExperiment.Sizes(SequenceModelKind.Rssm), 1, cancellationToken);
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
        run.Table("After the last picture: coverage of the 90 % interval by axis, its width, and scores (half a side of the world is 1)", ["age", "cover x", "cover y", "width", "CRPS", "hold last", "Kalman"], rows);
        var own = Ages.Select((age, i) => (IReadOnlyList<string>)
        [
            $"{age * 50} ms",
            run.Metric($"coverage_own_x_{age * 50}_ms", [.. found.Select(f => f[i].Own.Coverage[0])]).ToString(),
            run.Metric($"coverage_own_y_{age * 50}_ms", [.. found.Select(f => f[i].Own.Coverage[1])]).ToString(),
            run.Metric($"width_own_{age * 50}_ms", [.. found.Select(f => f[i].Own.Width)]).ToString(),
            run.Metric($"crps_own_{age * 50}_ms", [.. found.Select(f => f[i].Own.Score)]).ToString(),
            run.Metric($"error_{age * 50}_ms", [.. found.Select(f => f[i].Error)]).ToString(),
        ]).ToList();
        run.Table("The same with the belief's own spread, not calibrated, and the distance of the forecasts' means", ["age", "cover x", "cover y", "width", "CRPS", "error"], own);
        var recovered = run.Metric("recovery_frames", recovery);
        var last = Ages.Length - 1;
        var widening = run.Metric("width_ratio_500_ms", [.. found.Select(f => f[last].Calibrated.Width / f[0].Calibrated.Width)]);
        var hold = run.Metric("crps_over_hold_last", [.. found.Select(f => f.Skip(1).Sum(a => a.Calibrated.Score) / f.Skip(1).Sum(a => a.HoldLast))]);
        var kalman = run.Metric("crps_over_kalman", [.. found.Select(f => f.Skip(1).Sum(a => a.Calibrated.Score) / f.Skip(1).Sum(a => a.Kalman))]);
        run.Metric("crps_own_over_kalman", [.. found.Select(f => f.Skip(1).Sum(a => a.Own.Score) / f.Skip(1).Sum(a => a.Kalman))]);
        run.Metric("width_own_ratio_500_ms", [.. found.Select(f => f[last].Own.Width / f[0].Own.Width)]);
        var coverage = Ages.SelectMany((_, i) => Enumerable.Range(0, 2).Select(axis => found.Average(f => f[i].Calibrated.Coverage[axis]))).ToArray();
        run.Line();
        run.Require("coverage", coverage.All(c => c is >= 0.85 and <= 0.95), $"coverage 85 to 95 % on both axes at every age: {StudyRun.Number(coverage.Min(), "P1")} to {StudyRun.Number(coverage.Max(), "P1")}");
        run.Require("crps_hold_last", hold.Mean <= 0.8, $"CRPS at most 0.8 × that of the last position held: {hold}");
        run.Require("crps_kalman", kalman.Mean <= 1, $"CRPS at most that of a constant-velocity Kalman filter: {kalman}");
        run.Require("widening", widening.Mean >= 1.5, $"interval at 500 ms at least 1.5 × as wide as at 0: {widening}");
        run.Require("recovery", recovered.Mean <= 5, $"error back within 5 frames: {recovered}");
    }
}
