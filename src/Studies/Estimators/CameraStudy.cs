using Robotics.Data.Checkpoints;
using Robotics.Inference.Formats;
using Robotics.Learning.Estimators;
using Robotics.Runtime.Tasks;
using Robotics.SequenceModels.Probes;
using Robotics.SequenceModels.Training;
using Robotics.Studies.Mechanism;
using TorchSharp;

namespace Robotics.Studies.Estimators;

/// <summary>Goal position and joint velocities, neither measured by a sensor, decoded from the beliefs of the task camera-reach.</summary>
internal sealed class CameraStudy : IStudy
{
    private const string Task = "camera-reach";
    private const int QuickUpdates = 300;
    private const int QuickEpisodes = 40;
    private const int StepsPerRow = 5;

    /// <inheritdoc/>
    public string Name => "camera";

    /// <inheritdoc/>
    public string Title => "Vision: goals and velocities decoded from beliefs";

    /// <inheritdoc/>
    public string Summary =>
        "goal position from images and joint velocities from noisy positions, decoded from beliefs; --estimator names trained ones.";

    /// <inheritdoc/>
    public bool IsResumable => false;

    /// <inheritdoc/>
    public async Task RunAsync(StudyRun run, CancellationToken cancellationToken)
    {
        var folders = run.Options.Estimators.Count > 0 ? run.Options.Estimators : await TrainAsync(run, cancellationToken);
        var rows = new List<Row>();
        using (var bar = run.Context.Output.StartProgress("measure", folders.Count * (long)StepsPerRow))
        {
            foreach (var folder in folders)
            {
                void Progress(int step) => bar.Report((rows.Count * StepsPerRow) + step, folder);
                rows.Add(Measure(run, folder, rows.Count, Progress, cancellationToken));
            }
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
            var (updates, episodes) = run.IsQuick ? (QuickUpdates, QuickEpisodes) : ((int?)null, (int?)null);
            var estimator = new EstimatorRequest(SequenceModelOptions.Small, updates, episodes, torch.CPU, null);
            folders.Add(Path.Combine(root, $"seed-{request.Seed}"));
            await new EstimatorJob(run.Context, request, estimator).TrainAsync(folders[^1], cancellationToken);
        }

        return folders;
    }

    private static Row Measure(StudyRun run, string folder, int seed, Action<int> report, CancellationToken cancellationToken)
    {
        using var model = SequenceCheckpoint.Load(EstimatorFolder.ModelFolder(folder));
        var (training, testSet) = EstimatorJob.Load(model.Layout, EstimatorFolder.EpisodeFolder(folder));
        var study = new VisionProbes(training, testSet);
        var camera = model.Layout.Modalities.Select((m, i) => (m, i)).First(m => m.m.IsImage).i;
        report(1);
        var supervised = SupervisedVision.Goal(
            training, testSet, camera, run.IsQuick ? 200 : 2000, run.Key(seed).Derive("supervised"), cancellationToken);
        report(2);
        var belief = study.Goal(model);
        var jointsOnly = study.Goal(model, b => b.Hide(camera, _ => true));
        var firstImages = study.Goal(model, b => b.Hide(camera, t => t > VisionProbes.Warmup / 2));
        report(3);
        var velocity = study.Velocities(model);
        report(4);
        var row = new Row(belief, jointsOnly, firstImages, supervised, velocity, study.KalmanVelocities());
        report(StepsPerRow);
        return row;
    }

    private static void Report(StudyRun run, List<Row> rows)
    {
        run.Table("Error of the goal position, cm, by linear probe of the belief; test set", ["", "median", "95 %"],
        [
            Line(run, "belief", "goal", rows, r => r.Belief),
            Line(run, "joints only", "goal_joints_only", rows, r => r.JointsOnly),
            Line(run, "camera off after its first images", "goal_first_pictures", rows, r => r.FirstImages),
            Line(run, "supervised network, single images", "goal_supervised", rows, r => r.Supervised),
        ]);
        var ours = run.Metric("velocity_rms_rad_per_s", [.. rows.Select(r => r.Velocity.Rms)]);
        var kalman = run.Metric("velocity_kalman_rms_rad_per_s", [.. rows.Select(r => r.Kalman.Rms)]);
        var ratio = run.Metric("velocity_ratio", [.. rows.Select(r => r.Velocity.Rms / r.Kalman.Rms)]);
        run.Table("Joint velocities from noisy positions, rad/s", ["", "root mean square error"],
        [
            ["belief", ours.ToString("F4")],
            ["constant-acceleration Kalman filter", kalman.ToString("F4")],
        ]);
        var (median, percentile95) = (rows.Average(r => r.Belief.Median) * 100, rows.Average(r => r.Belief.Percentile95) * 100);
        run.Line();
        run.Require("goal_median", median <= 1, $"goal error median at most 1 cm: {StudyRun.Number(median, "F2")} cm");
        run.Require("goal_95", percentile95 <= 2, $"goal error at most 2 cm in 95 %: {StudyRun.Number(percentile95, "F2")} cm");
        run.Require("velocity", ratio.Mean <= 0.8, $"velocity error at most 0.8 × the Kalman filter's: {ratio}");
    }

    private static IReadOnlyList<string> Line(StudyRun run, string title, string name, List<Row> rows, Func<Row, ErrorSummary> part) =>
    [
        title,
        run.Metric(name + "_median_cm", [.. rows.Select(r => part(r).Median * 100)]).ToString("F2"),
        run.Metric(name + "_95_cm", [.. rows.Select(r => part(r).Percentile95 * 100)]).ToString("F2"),
    ];

    private sealed record Row(
        ErrorSummary Belief, ErrorSummary JointsOnly, ErrorSummary FirstImages, ErrorSummary Supervised, ErrorSummary Velocity,
        ErrorSummary Kalman);
}
