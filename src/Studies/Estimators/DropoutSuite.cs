using Robotics.Inference.Formats;
using Robotics.Studies.Forecasts;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Estimators;

/// <summary>A camera that goes blind while an object moves with random turns.</summary>
internal sealed class DropoutSuite : IEstimatorSuite
{
    private static readonly int[] Ages = [0, 2, 4, 6, 8, 10];

    /// <inheritdoc/>
    public string Name => "dropout";

    /// <inheritdoc/>
    public string Summary => "beliefs while a camera sees nothing, against holding the last position and a Kalman filter.";

    /// <inheritdoc/>
    public Task RunAsync(SuiteRun run, CancellationToken cancellationToken)
    {
        var (found, recovery) = (new List<IReadOnlyList<BlindForecast>>(), new List<double>());
        for (var seed = 0; seed < run.Seeds; seed++)
        {
            using var study = new TurningObjectStudy(run.IsQuick ? TurningObjectEffort.Quick : TurningObjectEffort.Full, run.Key(seed).Derive("dropout"));
            study.TrainWithProgress(run, $"train, seed {seed}", TurningObjectStudy.Sizes(SequenceModelKind.Rssm), 1, cancellationToken);
            found.Add(study.Measure(Ages, cancellationToken));
            recovery.Add(study.RecoverySteps(10));
        }

        Report(run, found, recovery);
        return Task.CompletedTask;
    }

    private static void Report(SuiteRun run, List<IReadOnlyList<BlindForecast>> found, List<double> recovery)
    {
        var rows = Ages.Select((age, i) => (IReadOnlyList<string>)
        [
            $"{age * 50} ms",
            run.Figure($"coverage_x_{age * 50}_ms", [.. found.Select(f => f[i].Calibrated.Coverage[0])]).ToString(),
            run.Figure($"coverage_y_{age * 50}_ms", [.. found.Select(f => f[i].Calibrated.Coverage[1])]).ToString(),
            run.Figure($"width_{age * 50}_ms", [.. found.Select(f => f[i].Calibrated.Width)]).ToString(),
            run.Figure($"crps_{age * 50}_ms", [.. found.Select(f => f[i].Calibrated.Score)]).ToString(),
            run.Figure($"crps_hold_last_{age * 50}_ms", [.. found.Select(f => f[i].HoldLast)]).ToString(),
            run.Figure($"crps_kalman_{age * 50}_ms", [.. found.Select(f => f[i].Kalman)]).ToString(),
        ]).ToList();
        run.Table("After the last picture: coverage of the 90 % interval by axis, its width, and scores (half a side of the world is 1)", ["age", "cover x", "cover y", "width", "CRPS", "hold last", "Kalman"], rows);
        var own = Ages.Select((age, i) => (IReadOnlyList<string>)
        [
            $"{age * 50} ms",
            run.Figure($"coverage_own_x_{age * 50}_ms", [.. found.Select(f => f[i].Own.Coverage[0])]).ToString(),
            run.Figure($"coverage_own_y_{age * 50}_ms", [.. found.Select(f => f[i].Own.Coverage[1])]).ToString(),
            run.Figure($"width_own_{age * 50}_ms", [.. found.Select(f => f[i].Own.Width)]).ToString(),
            run.Figure($"crps_own_{age * 50}_ms", [.. found.Select(f => f[i].Own.Score)]).ToString(),
            run.Figure($"error_{age * 50}_ms", [.. found.Select(f => f[i].Error)]).ToString(),
        ]).ToList();
        run.Table("The same with the belief's own spread, not calibrated, and the distance of the forecasts' means", ["age", "cover x", "cover y", "width", "CRPS", "error"], own);
        var recovered = run.Figure("recovery_frames", recovery);
        var last = Ages.Length - 1;
        var widening = run.Figure("width_ratio_500_ms", [.. found.Select(f => f[last].Calibrated.Width / f[0].Calibrated.Width)]);
        var hold = run.Figure("crps_over_hold_last", [.. found.Select(f => f.Skip(1).Sum(a => a.Calibrated.Score) / f.Skip(1).Sum(a => a.HoldLast))]);
        var kalman = run.Figure("crps_over_kalman", [.. found.Select(f => f.Skip(1).Sum(a => a.Calibrated.Score) / f.Skip(1).Sum(a => a.Kalman))]);
        run.Figure("crps_own_over_kalman", [.. found.Select(f => f.Skip(1).Sum(a => a.Own.Score) / f.Skip(1).Sum(a => a.Kalman))]);
        run.Figure("width_own_ratio_500_ms", [.. found.Select(f => f[last].Own.Width / f[0].Own.Width)]);
        var coverage = Ages.SelectMany((_, i) => Enumerable.Range(0, 2).Select(axis => found.Average(f => f[i].Calibrated.Coverage[axis]))).ToArray();
        run.Line();
        run.Bar("coverage", coverage.All(c => c is >= 0.85 and <= 0.95), $"coverage 85 to 95 % on both axes at every age: {SuiteRun.Number(coverage.Min(), "P1")} to {SuiteRun.Number(coverage.Max(), "P1")}");
        run.Bar("crps_hold_last", hold.Mean <= 0.8, $"CRPS at most 0.8 × that of the last position held: {hold}");
        run.Bar("crps_kalman", kalman.Mean <= 1, $"CRPS at most that of a constant-velocity Kalman filter: {kalman}");
        run.Bar("widening", widening.Mean >= 1.5, $"interval at 500 ms at least 1.5 × as wide as at 0: {widening}");
        run.Bar("recovery", recovered.Mean <= 5, $"error back within 5 frames: {recovered}");
    }
}
