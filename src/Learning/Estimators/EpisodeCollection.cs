using Robotics.Core.Errors;
using Robotics.Data.Episodes;
using Robotics.Learning.Episodes;
using Robotics.Learning.Sessions;
using Robotics.Learning.Settings;
using Robotics.Reporting.Output;
using Robotics.Runtime.LockStep;

namespace Robotics.Learning.Estimators;

/// <summary>
/// Records episodes of smooth random actions with the images of the task's cameras, in lock-step. An existing episode
/// is not recorded again, so that an interrupted collection resumes. One thread.
/// </summary>
internal static class EpisodeCollection
{
    /// <summary>The trial of the training episodes.</summary>
    public const int Training = 0;

    /// <summary>The trial of the validation episodes.</summary>
    public const int HeldOut = 1;

    // Short episodes alone would cover only states that are reached in a short time.
    private const int WholeEvery = 4;

    /// <summary>Records episodes until a folder holds the requested number.</summary>
    /// <param name="context">The command.</param>
    /// <param name="seed">Seed of initial states and actions.</param>
    /// <param name="session">The task.</param>
    /// <param name="controller">The controller.</param>
    /// <param name="folder">Folder of the episodes.</param>
    /// <param name="settings">Number and length of episodes.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static async Task RunAsync(
        RunContext context, ulong seed, LearningSession session, LoopController controller, string folder, EstimatorSettings settings,
        CancellationToken cancellationToken)
    {
        var store = new EpisodeStore(folder);
        store.Recover();
        var there = store.List().Select(f => (f.Trial, f.Index)).ToHashSet();
        var wanted = Enumerable.Range(0, settings.Episodes).Select(i => (Trial: Training, Index: i))
            .Concat(Enumerable.Range(0, settings.HeldOut).Select(i => (Trial: HeldOut, Index: i))).Where(e => !there.Contains(e)).ToList();
        if (wanted.Count == 0)
            return;
        using var recorder = new CameraRecorder(session.World.Cameras, session.World.CameraFormats);
        using var bar = context.Output.StartProgress("collect", wanted.Count);
        var brief = new EpisodeRunner(
            session.Environment, context.Clock, progress: null, cameras: recorder)
        { MaximumSteps = settings.EpisodeSteps ?? int.MaxValue };
        var whole = new EpisodeRunner(session.Environment, context.Clock, progress: null, cameras: recorder);
        var keys = new ExperimentKeys(seed);
        for (var i = 0; i < wanted.Count; i++)
        {
            var (trial, index) = wanted[i];
            await (trial == Training && index % WholeEvery != 0 ? brief : whole).RunAsync(
                controller, new EpisodePlan(trial, index, seed, keys.Episode(trial, index)), store, cancellationToken);
            bar.Report(i + 1);
        }
    }

    /// <summary>Reads the episodes of a trial, without those that diverged.</summary>
    /// <exception cref="UserErrorException">There are none, one is damaged, or all of them diverged.</exception>
    public static IReadOnlyList<Episode> Read(string folder, int trial, int most)
    {
        List<Episode> episodes = [.. Files(folder, trial, most).Select(f => EpisodeStore.Read(f.Path))];
        if (episodes.Count == 0)
        {
            var kind = trial == HeldOut ? "validation " : "";
            throw new UserErrorException($"There are no {kind}episodes in '{folder}'; collect some with './robot train estimator'.");
        }

        EpisodeFaults.RequireOneThatCounts(episodes);
        return [.. episodes.Where(e => e.Counts)];
    }

    /// <summary>Number of episodes of a trial, including those that diverged.</summary>
    public static int Count(string folder, int trial, int most) => Files(folder, trial, most).Count();

    private static IEnumerable<EpisodeFile> Files(string folder, int trial, int most) =>
        new EpisodeStore(folder).List().Where(f => f.Trial == trial).Take(most);
}
