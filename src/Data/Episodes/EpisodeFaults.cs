using Robotics.Core.Errors;

namespace Robotics.Data.Episodes;

/// <summary>Counts of faults in episodes that did not end a run; reported at its end, in its result and in its report. Immutable.</summary>
/// <param name="Episodes">Episodes run.</param>
/// <param name="Diverged">Those whose simulation diverged.</param>
/// <param name="Decisions">Decisions for which a planner searched.</param>
/// <param name="WithoutFiniteRollout">Those for which it found no rollout of finite return.</param>
public sealed record EpisodeFaults(int Episodes, int Diverged, int Decisions, int WithoutFiniteRollout)
{
    /// <summary>Nothing has been run yet.</summary>
    public static EpisodeFaults None { get; } = new(0, 0, 0, 0);

    /// <summary>Names of recorded cameras of which no image arrived in any episode.</summary>
    public IReadOnlyList<string> SilentCameras { get; init; } = [];

    /// <summary>True when the task defines the return of an episode that diverged.</summary>
    public bool DivergedCount { get; init; }

    /// <summary>Counts what went wrong.</summary>
    /// <param name="episodes">Every episode that was run.</param>
    public static EpisodeFaults From(IReadOnlyCollection<Episode> episodes)
    {
        var planned = episodes.Where(e => e.Header.PlanHorizon > 0).ToList();
        var cameras = episodes.SelectMany(e => e.Cameras).GroupBy(c => c.Camera.Name);
        var without = planned.Sum(e => e.Flags.Count(f => f.HasFlag(StepFlags.NoFiniteRollout)));
        return new EpisodeFaults(episodes.Count, episodes.Count(e => e.IsDiverged), planned.Sum(e => e.Steps), without)
        {
            SilentCameras = [.. cameras.Where(c => c.All(t => t.Count == 0)).Select(c => c.Key)],
            DivergedCount = episodes.Any(e => e.IsDiverged && e.Counts),
        };
    }

    /// <summary>These faults and those of further episodes of the same cameras.</summary>
    public EpisodeFaults And(EpisodeFaults further) => new(
        Episodes + further.Episodes,
        Diverged + further.Diverged,
        Decisions + further.Decisions,
        WithoutFiniteRollout + further.WithoutFiniteRollout)
    {
        SilentCameras = Episodes == 0 ? further.SilentCameras : [.. SilentCameras.Intersect(further.SilentCameras)],
        DivergedCount = DivergedCount || further.DivergedCount,
    };

    /// <summary>A sentence for each kind of fault; none when nothing went wrong.</summary>
    public IEnumerable<string> Describe()
    {
        if (Diverged > 0)
        {
            var worth = DivergedCount
                ? "count as the return that the task gives them under 'diverged'"
                : "are left out of returns and of learning";
            yield return $"the simulation diverged in {Diverged} of {Episodes} episodes, which {worth}; "
                + "check the model's timestep, masses and solver.";
        }

        if (WithoutFiniteRollout > 0)
        {
            yield return $"the planner found no rollout of finite return in {WithoutFiniteRollout} of {Decisions} decisions, "
                + "which were then not planned; check the reward over states far away, and whether the model was trained.";
        }

        foreach (var camera in SilentCameras)
        {
            yield return $"no image of camera '{camera}' arrived in {Episodes} episodes; "
                + "check its rate_hz, delay and drop_rate under simulation: cameras.";
        }
    }

    /// <summary>Throws when no episode is left to evaluate or to learn from.</summary>
    /// <param name="episodes">Every episode that was run, at least one.</param>
    /// <exception cref="UserErrorException">All of them diverged, and the task defines no return for that.</exception>
    public static void RequireOneThatCounts(IReadOnlyCollection<Episode> episodes)
    {
        if (episodes.Any(e => e.Counts))
            return;
        var (task, who) = (episodes.First().Header.Task, episodes.First().Header.Controller);
        var (shortest, longest) = (episodes.Min(e => e.Steps), episodes.Max(e => e.Steps));
        throw new UserErrorException(
            $"Task '{task}': the simulation diverged in every episode ({episodes.Count} under '{who}', after {shortest} to {longest} "
            + "steps), "
            + "so there is no return to report and nothing to learn from; check the model's timestep, masses and solver, "
            + "or give such an episode a return with 'diverged: RETURN' in the task.");
    }
}
