namespace Robotics.Studies.Mechanism;

/// <summary>Results of a task's conditions. Immutable.</summary>
/// <param name="RandomReturn">Mean return of random actions.</param>
/// <param name="GroundTruthReturn">Mean return of the planner with ground-truth dynamics.</param>
/// <param name="Conditions">Results by the condition's name.</param>
internal sealed record TaskResult(double RandomReturn, double GroundTruthReturn, IReadOnlyDictionary<string, ConditionResult> Conditions);

/// <summary>Results of one condition: metrics over seeds, curves over trials. Immutable.</summary>
/// <param name="Label">Name in tables and plots.</param>
/// <param name="Settings">YAML merged over the task's.</param>
internal sealed record ConditionResult(string Label, string Settings)
{
    /// <summary>Return, mean over trials.</summary>
    public required MetricResult ReturnMean { get; init; }

    /// <summary>Return in the last trial.</summary>
    public required MetricResult ReturnLast { get; init; }

    /// <summary>Expected minus true return of plans.</summary>
    public required MetricResult ExploitationGap { get; init; }

    /// <summary>Root mean square error of the expected return of plans.</summary>
    public required MetricResult PlanErrorRmse { get; init; }

    /// <summary>Disagreement of the ensemble's members: std of the plan's expected return.</summary>
    public required MetricResult Disagreement { get; init; }

    /// <summary>Rank correlation of disagreement with the plans' errors.</summary>
    public required MetricResult RankCorrelation { get; init; }

    /// <summary>The same correlation within a trial, mean over trials.</summary>
    public required MetricResult RankCorrelationWithinTrials { get; init; }

    /// <summary>Median duration of a decision, ms.</summary>
    public required MetricResult DecisionMs { get; init; }

    /// <summary>Gradient steps.</summary>
    public required MetricResult Updates { get; init; }

    /// <summary>Duration of training, s.</summary>
    public required MetricResult TrainingSeconds { get; init; }

    /// <summary>Mean return, scaled to 0 for random actions and 1 for ground-truth dynamics.</summary>
    public required double Score { get; init; }

    /// <summary>[trials], mean return.</summary>
    public required IReadOnlyList<double> Returns { get; init; }

    /// <summary>[trials], lower end of the mean return's 95 % interval.</summary>
    public required IReadOnlyList<double> ReturnsLow95 { get; init; }

    /// <summary>[trials], upper end of the mean return's 95 % interval.</summary>
    public required IReadOnlyList<double> ReturnsHigh95 { get; init; }

    /// <summary>[trials], mean exploitation gap.</summary>
    public required IReadOnlyList<double> Gaps { get; init; }
}
