using Robotics.Data.Checkpoints;
using Robotics.Inference.Formats;
using Robotics.Learning.Estimators;
using Robotics.Runtime.Tasks;
using Robotics.SequenceModels.Probes;
using Robotics.SequenceModels.Training;
using Robotics.Studies.Mechanism;
using TorchSharp;

namespace Robotics.Studies.Estimators;

/// <summary>What only the camera sees, and velocities that no sensor tells, read out of the beliefs of the task camera-reach.</summary>
internal sealed class CameraStudy : IStudy
{
    private const string Task = "camera-reach";
    private const int QuickUpdates = 300;
    private const int QuickEpisodes = 40;
    private const int PartsOfARow = 5;

    /// <inheritdoc/>
    public string Name => "camera";

    /// <inheritdoc/>
    public string Title => "Vision: goals and velocities decoded from beliefs";

    /// <inheritdoc/>
    public string Summary => "goal position from images and joint velocities from noisy positions, decoded from beliefs; --estimator names trained ones.";

    /// <inheritdoc/>
    public bool IsResumable => false;

    /// <inheritdoc/>
    public async Task RunAsync(StudyRun run, CancellationToken cancellationToken)
    {
        var folders = run.Options.Estimators.Count > 0 ? run.Options.Estimators : await TrainAsync(run, cancellationToken);
        var rows = new List<Row>();
        using (var bar = run.Context.Output.StartProgress("measure", folders.Count * (long)PartsOfARow))
        {
            foreach (var folder in folders)
                rows.Add(Measure(run, folder, rows.Count, part => bar.Report((rows.Count * PartsOfARow) + part, folder), cancellationToken));
        }

        Report(run, rows);
    }

    private static async Task<IReadOnlyList<string>> TrainAsync(StudyRun run, CancellationToken cancellationToken)
    {
        var folders = new List<string>();
        var root = run.Folder;
        for (var seed = 0; seed < run.Seeds.Count; seed++)
        {
            var request = new TaskRequest(Task, null, run.Context.ConfigPath, run.Seeds[seed], 1);
            var asked = new EstimatorRequest(SequenceModelOptions.Small, run.IsQuick ? QuickUpdates : null, run.IsQuick ? QuickEpisodes : null, torch.CPU, null);
            folders.Add(Path.Combine(root, $"seed-{request.Seed}"));
            await new EstimatorJob(run.Context, request, asked).TrainAsync(folders[^1], cancellationToken);
        }

        return folders;
    }

    private static Row Measure(StudyRun run, string folder, int seed, Action<int> tell, CancellationToken cancellationToken)
    {
        using var model = SequenceCheckpoint.Load(EstimatorFolder.ModelFolder(folder));
        var (training, testSet) = EstimatorJob.Load(model.Layout, EstimatorFolder.EpisodeFolder(folder));
        var study = new VisionProbes(training, testSet);
        var camera = model.Layout.Modalities.Select((m, i) => (m, i)).First(m => m.m.IsImage).i;
        tell(1);
        var supervised = SupervisedVision.Goal(training, testSet, camera, run.IsQuick ? 200 : 2000, run.Key(seed).Derive("supervised"), cancellationToken);
        tell(2);
        var (belief, blind, first) = (study.Goal(model), study.Goal(model, b => b.Hide(camera, _ => true)), study.Goal(model, b => b.Hide(camera, t => t > VisionProbes.Warmup / 2)));
        tell(3);
        var velocity = study.Velocities(model);
        tell(4);
        var row = new Row(belief, blind, first, supervised, velocity, study.KalmanVelocities());
        tell(PartsOfARow);
        return row;
    }

    private static void Report(StudyRun run, List<Row> rows)
    {
        run.Table("Distance of the goal, cm, read out of the belief by ridge regression; episodes that nothing was fitted on", ["", "median", "95 %"],
        [
            Line(run, "belief", "goal", rows, r => r.Belief),
            Line(run, "joints only", "goal_joints_only", rows, r => r.Blind),
            Line(run, "camera cut after its first pictures", "goal_first_pictures", rows, r => r.First),
            Line(run, "supervised network, single pictures", "goal_supervised", rows, r => r.Supervised),
        ]);
        var ours = run.Metric("velocity_rms_rad_per_s", [.. rows.Select(r => r.Velocity.Rms)]);
        var kalman = run.Metric("velocity_kalman_rms_rad_per_s", [.. rows.Select(r => r.Kalman.Rms)]);
        var ratio = run.Metric("velocity_ratio", [.. rows.Select(r => r.Velocity.Rms / r.Kalman.Rms)]);
        run.Table("Joint velocities from noisy positions, rad/s", ["", "root mean square error"], [["belief", ours.ToString("F4")], ["constant-acceleration Kalman filter", kalman.ToString("F4")]]);
        var (median, most) = (rows.Average(r => r.Belief.Median) * 100, rows.Average(r => r.Belief.Percentile95) * 100);
        run.Line();
        run.Require("goal_median", median <= 1, $"goal error median at most 1 cm: {StudyRun.Number(median, "F2")} cm");
        run.Require("goal_95", most <= 2, $"goal error at most 2 cm in 95 %: {StudyRun.Number(most, "F2")} cm");
        run.Require("velocity", ratio.Mean <= 0.8, $"velocity error at most 0.8 × the Kalman filter's: {ratio}");
    }

    private static IReadOnlyList<string> Line(StudyRun run, string title, string name, List<Row> rows, Func<Row, ErrorSummary> part) =>
    [
        title,
        run.Metric(name + "_median_cm", [.. rows.Select(r => part(r).Median * 100)]).ToString("F2"),
        run.Metric(name + "_95_cm", [.. rows.Select(r => part(r).Percentile95 * 100)]).ToString("F2"),
    ];

    private sealed record Row(ErrorSummary Belief, ErrorSummary Blind, ErrorSummary First, ErrorSummary Supervised, ErrorSummary Velocity, ErrorSummary Kalman);
}
