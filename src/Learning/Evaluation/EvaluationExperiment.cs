using Robotics.Core.Errors;
using Robotics.Core.Time;
using Robotics.Data.Episodes;
using Robotics.Data.Storage;
using Robotics.Learning.Episodes;
using Robotics.Reporting.Numbers;
using Robotics.Runtime.LockStep;

namespace Robotics.Learning.Evaluation;

/// <summary>Measures a fixed controller over episodes whose starts depend on the seed alone. One thread.</summary>
/// <param name="environment">Where to act.</param>
/// <param name="clock">Times the decisions.</param>
/// <param name="progress">Follows the evaluation; may be null.</param>
/// <param name="cameras">Whose pictures are recorded beside the steps, with what is true; null for neither.</param>
/// <param name="audit">Told every decision, outside of the time that it took; may be null.</param>
public sealed class EvaluationExperiment(TaskEnvironment environment, IClock clock, IExperimentProgress? progress = null, CameraRecorder? cameras = null, PlanAudit? audit = null)
{
    /// <summary>Runs the episodes.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="episodes">How many, at least 1.</param>
    /// <param name="seed">Gives the starts: the same for every controller.</param>
    /// <param name="folder">Where the episodes are recorded; what is there is set aside.</param>
    /// <param name="cancellationToken">Stops; what was recorded is kept.</param>
    /// <exception cref="UserErrorException">The folder is in use, the robot stopped, all episodes diverged, or the disk is full.</exception>
    public async Task<EvaluationResult> RunAsync(LoopController controller, int episodes, ulong seed, string folder, CancellationToken cancellationToken)
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
