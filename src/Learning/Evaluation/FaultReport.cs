using Robotics.Data.Episodes;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;

namespace Robotics.Learning.Evaluation;

/// <summary>Reports faults in episodes: a warning for each kind, and the counts in the result.</summary>
internal static class FaultReport
{
    /// <summary>Adds counts and warnings to a command's output.</summary>
    /// <param name="output">The command's output.</param>
    /// <param name="faults">The faults.</param>
    public static void Report(CommandOutput output, EpisodeFaults faults)
    {
        Warn(output, faults);
        output.Add(new { EpisodesDiverged = faults.Diverged, DecisionsWithoutFiniteRollout = faults.WithoutFiniteRollout });
    }

    /// <summary>Adds the warnings alone, for the episodes of a baseline.</summary>
    /// <param name="output">The command's output.</param>
    /// <param name="faults">The faults.</param>
    /// <param name="who">Name of the controller; null where there is one only.</param>
    public static void Warn(CommandOutput output, EpisodeFaults faults, string? who = null)
    {
        foreach (var sentence in faults.Describe())
            output.Warn(who is null ? sentence : $"{who}: {sentence}");
    }

    /// <summary>Faults in the trials of a run, those of earlier processes included.</summary>
    public static EpisodeFaults FromTrials(IReadOnlyList<TrialMetrics> trials, bool divergedCount)
    {
        var (episodes, diverged) = (Sum("episodes"), Sum("diverged"));
        return new EpisodeFaults(episodes, diverged, Sum("decisions"), Sum("no_finite_rollout")) { DivergedCount = divergedCount };

        // Earlier versions did not count faults.
        int Sum(string name) => (int)trials.Select(t => t.Number(name)).Where(double.IsFinite).Sum();
    }
}
