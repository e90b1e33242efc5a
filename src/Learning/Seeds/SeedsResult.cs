namespace Robotics.Learning.Seeds;

/// <summary>Learning results of several seeds; curves are over trials. Immutable.</summary>
internal sealed record SeedsResult
{
    /// <summary>The folder with a run of each seed.</summary>
    public required string RunFolder { get; init; }

    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>The seeds.</summary>
    public required IReadOnlyList<ulong> Seeds { get; init; }

    /// <summary>Return of random actions.</summary>
    public required double RandomReturn { get; init; }

    /// <summary>Return of the planner with ground-truth dynamics.</summary>
    public required double OracleReturn { get; init; }

    /// <summary>[trials], mean return over seeds.</summary>
    public required IReadOnlyList<double> Returns { get; init; }

    /// <summary>[trials], standard deviation over seeds.</summary>
    public required IReadOnlyList<double> ReturnsSd { get; init; }

    /// <summary>[trials], lower end of the mean's 95 % bootstrap interval.</summary>
    public required IReadOnlyList<double> ReturnsLow95 { get; init; }

    /// <summary>[trials], upper end of the same interval.</summary>
    public required IReadOnlyList<double> ReturnsHigh95 { get; init; }

    /// <summary>[trials], return of the worst seed.</summary>
    public required IReadOnlyList<double> ReturnsMin { get; init; }

    /// <summary>[trials], median return.</summary>
    public required IReadOnlyList<double> ReturnsMedian { get; init; }

    /// <summary>[trials], return of the best seed.</summary>
    public required IReadOnlyList<double> ReturnsMax { get; init; }

    /// <summary>[trials], mean over seeds of the best return so far.</summary>
    public required IReadOnlyList<double> ReturnsBestSoFar { get; init; }

    /// <summary>[trials] for each seed: its returns.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<double>> ReturnsBySeed { get; init; }

    /// <summary>Mean return over all trials.</summary>
    public required double ReturnsArea { get; init; }

    /// <summary>Its score.</summary>
    public required double ScoreArea { get; init; }

    /// <summary>[trials], score of the mean return: 0 for random actions, 1 for ground-truth dynamics.</summary>
    public required IReadOnlyList<double> Scores { get; init; }

    /// <summary>Comparison with a published learning curve; null for none.</summary>
    public PublishedComparison? Published { get; init; }

    /// <summary>[trials], success rate.</summary>
    public required IReadOnlyList<double> SuccessRates { get; init; }

    /// <summary>Number of episodes in which the simulation diverged.</summary>
    public required double EpisodesDiverged { get; init; }

    /// <summary>Number of decisions in which no rollout had a finite return.</summary>
    public required double DecisionsWithoutFiniteRollout { get; init; }

    /// <summary>Return of the evaluation after learning.</summary>
    public required double EvaluationReturn { get; init; }

    /// <summary>Time of the command, s.</summary>
    public required double SecondsTotal { get; init; }

    /// <summary>Time of training, s, summed over seeds.</summary>
    public required double SecondsTraining { get; init; }

    /// <summary>Peak memory of the largest process, MB.</summary>
    public required double PeakMemoryMb { get; init; }

    /// <summary>The page.</summary>
    public required string Report { get; init; }
}

/// <summary>A published learning curve compared with ours. Immutable.</summary>
/// <param name="Source">Source of the published returns.</param>
/// <param name="BestSoFar">True when each return is the best up to its trial.</param>
/// <param name="Trials">The trials.</param>
/// <param name="Returns">The published returns.</param>
/// <param name="Ours">Our mean returns; NaN where no seed reached the trial.</param>
/// <param name="OursBestSoFar">Our mean best returns so far.</param>
internal sealed record PublishedComparison(
    string Source, bool BestSoFar, IReadOnlyList<int> Trials, IReadOnlyList<double> Returns,
    IReadOnlyList<double> Ours, IReadOnlyList<double> OursBestSoFar);
