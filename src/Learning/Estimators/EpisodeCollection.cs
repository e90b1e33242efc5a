using Robotics.Core.Errors;
using Robotics.Data.Episodes;
using Robotics.Learning.Episodes;
using Robotics.Learning.Sessions;
using Robotics.Learning.Settings;
using Robotics.Reporting.Output;
using Robotics.Runtime.LockStep;

namespace Robotics.Learning.Estimators;

/// <summary>
/// Records episodes of smooth random actions with the pictures of the task's cameras, in lock-step. An episode that is already there
/// is not recorded again, so a collection that was stopped goes on. One thread.
/// </summary>
internal static class EpisodeCollection
{
    /// <summary>The trial under which episodes to learn from are filed.</summary>
    public const int Training = 0;

    /// <summary>The trial under which held-out episodes are filed.</summary>
    public const int HeldOut = 1;

    // Short episodes alone would show only where an arm gets to in a short time.
    private const int WholeEvery = 4;

    /// <summary>Brings a folder to so many episodes.</summary>
    /// <param name="context">The command.</param>
    /// <param name="seed">Gives the starts and the actions.</param>
    /// <param name="session">The task.</param>
    /// <param name="controller">Who acts.</param>
    /// <param name="folder">Where the episodes are.</param>
    /// <param name="settings">How many episodes, and how long.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static async Task RunAsync(
        RunContext context, ulong seed, LearningSession session, LoopController controller, string folder, EstimatorSettings settings, CancellationToken cancellationToken)
    {
        var store = new EpisodeStore(folder);
        store.Recover();
        var there = store.List().Select(f => (f.Trial, f.Index)).ToHashSet();
        var wanted = Enumerable.Range(0, settings.Episodes).Select(i => (Trial: Training, Index: i))
            .Concat(Enumerable.Range(0, settings.HeldOut).Select(i => (Trial: HeldOut, Index: i))).Where(e => !there.Contains(e)).ToList();
        if (wanted.Count == 0)
            return;
        using var tap = new CameraRecorder(session.World.Cameras, session.World.CameraFormats);
        using var bar = context.Output.StartProgress("collect", wanted.Count);
        var brief = new EpisodeRunner(session.Environment, context.Clock, progress: null, cameras: tap) { MaximumSteps = settings.EpisodeSteps ?? int.MaxValue };
        var whole = new EpisodeRunner(session.Environment, context.Clock, progress: null, cameras: tap);
        var keys = new ExperimentKeys(seed);
        for (var i = 0; i < wanted.Count; i++)
        {
            var (trial, index) = wanted[i];
            await (trial == Training && index % WholeEvery != 0 ? brief : whole).RunAsync(controller, new EpisodePlan(trial, index, seed, keys.Episode(trial, index)), store, cancellationToken);
            bar.Report(i + 1);
        }
    }

    /// <summary>Reads the episodes of a trial that count.</summary>
    /// <exception cref="UserErrorException">There are none, one is damaged, or all of them diverged.</exception>
    public static IReadOnlyList<Episode> Read(string folder, int trial, int most)
    {
        List<Episode> episodes = [.. Files(folder, trial, most).Select(f => EpisodeStore.Read(f.Path))];
        if (episodes.Count == 0)
        {
            var kind = trial == HeldOut ? "held-out " : "";
            throw new UserErrorException($"There are no {kind}episodes in '{folder}'; collect some with './robot train estimator'.");
        }

        EpisodeFaults.RequireOneThatCounts(episodes);
        return [.. episodes.Where(e => e.Counts)];
    }

    /// <summary>How many episodes of a trial there are, those that diverged among them.</summary>
    public static int Count(string folder, int trial, int most) => Files(folder, trial, most).Count();

    private static IEnumerable<EpisodeFile> Files(string folder, int trial, int most) =>
        new EpisodeStore(folder).List().Where(f => f.Trial == trial).Take(most);
}
