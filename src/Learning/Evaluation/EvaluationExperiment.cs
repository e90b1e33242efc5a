using Robotics.Core.Errors;
using Robotics.Core.Time;
using Robotics.Data.Episodes;
using Robotics.Data.Storage;
using Robotics.Learning.Episodes;
using Robotics.Reporting.Numbers;
using Robotics.Runtime.LockStep;

namespace Robotics.Learning.Evaluation;

/// <summary>Measures a fixed controller over episodes whose initial states depend on the seed alone. One thread.</summary>
/// <param name="environment">The environment.</param>
/// <param name="clock">Times the decisions.</param>
/// <param name="progress">Follows the evaluation; may be null.</param>
/// <param name="cameras">Cameras whose images are recorded with the steps and the true state; null for neither.</param>
/// <param name="audit">Called at every decision, outside its measured time; may be null.</param>
public sealed class EvaluationExperiment(
    TaskEnvironment environment, IClock clock, IExperimentProgress? progress = null, CameraRecorder? cameras = null,
    PlanAudit? audit = null)
{
    /// <summary>Runs the episodes.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="episodes">Number of episodes, at least 1.</param>
    /// <param name="seed">Seed of the initial states, the same for every controller.</param>
    /// <param name="folder">Folder of the recorded episodes; earlier contents are set aside.</param>
    /// <param name="cancellationToken">Stops the evaluation; recorded episodes are kept.</param>
    /// <exception cref="UserErrorException">
    /// The folder is in use, the robot stopped, all episodes diverged, or the disk is full.
    /// </exception>
    public async Task<EvaluationResult> RunAsync(
        LoopController controller, int episodes, ulong seed, string folder, CancellationToken cancellationToken)
    {
        OptionRange.Check(episodes, 1, 1_000_000, nameof(episodes));
        using var runLock = RunLock.Take(folder);
        var store = new EpisodeStore(folder);
        store.Recover();
        store.SupersedeAfter(-1);
        var runner = new EpisodeRunner(environment, clock, progress, audit, cameras);
        var keys = new ExperimentKeys(seed);
        var done = new List<Episode>();
        for (var i = 0; i < episodes; i++)
        {
            var episode = await runner.RunAsync(controller, new EpisodePlan(0, i, seed, keys.Evaluation(i)), store, cancellationToken);
            progress?.EpisodeEnded(episode);
            done.Add(episode);
        }

        EpisodeFaults.RequireOneThatCounts(done);
        return new EvaluationResult
        {
            Controller = controller.Name,
            Episodes = [.. done.Where(e => e.Counts)],
            Faults = EpisodeFaults.From(done),
            Successes = done.Count(e => e.Succeeded(environment.Task.SuccessHoldSteps)),
        };
    }
}
