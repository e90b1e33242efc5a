using Robotics.Data.Episodes;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;

namespace Robotics.Learning.Evaluation;

/// <summary>Says what went wrong in episodes: a warning for each kind, and the counts in the result.</summary>
internal static class FaultReport
{
    /// <summary>Puts counts and warnings into a command's output.</summary>
    /// <param name="output">The command's output.</param>
    /// <param name="faults">What went wrong.</param>
    public static void Report(CommandOutput output, EpisodeFaults faults)
    {
        Warn(output, faults);
        output.Add(new { EpisodesDiverged = faults.Diverged, DecisionsWithoutFiniteRollout = faults.WithoutFiniteRollout });
    }

    /// <summary>The warnings alone, for episodes beside those that a command is about.</summary>
    /// <param name="output">The command's output.</param>
    /// <param name="faults">What went wrong.</param>
    /// <param name="who">Whose episodes they are; null where there are no others.</param>
    public static void Warn(CommandOutput output, EpisodeFaults faults, string? who = null)
    {
        foreach (var sentence in faults.Describe())
            output.Warn(who is null ? sentence : $"{who}: {sentence}");
    }

    /// <summary>What went wrong in the trials of a run, those of earlier processes included.</summary>
    public static EpisodeFaults FromTrials(IReadOnlyList<TrialMetrics> trials, bool divergedCount)
    {
        var (episodes, diverged) = (Sum("episodes"), Sum("diverged"));
        return new EpisodeFaults(episodes, diverged, Sum("decisions"), Sum("no_finite_rollout")) { DivergedCount = divergedCount };

        // Runs of earlier versions did not count.
        int Sum(string name) => (int)trials.Select(t => t.Number(name)).Where(double.IsFinite).Sum();
    }
}
