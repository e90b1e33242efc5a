namespace Robotics.Studies.Mechanism;

/// <summary>What a task's arms came to. Immutable.</summary>
/// <param name="RandomReturn">Return of random actions.</param>
/// <param name="OracleReturn">Return of the planner with the true model.</param>
/// <param name="Arms">The arms by name.</param>
internal sealed record TaskResult(double RandomReturn, double OracleReturn, IReadOnlyDictionary<string, ConditionResult> Arms);

/// <summary>What one arm came to; figures are over seeds, curves over trials. Immutable.</summary>
/// <param name="Label">Its name for people.</param>
/// <param name="Settings">The YAML that was laid over the task's.</param>
internal sealed record ConditionResult(string Label, string Settings)
{
    /// <summary>Return, mean over trials.</summary>
    public required StudyFigure ReturnMean { get; init; }

    /// <summary>Return in the last trial.</summary>
    public required StudyFigure ReturnLast { get; init; }

    /// <summary>Expected return of plans less what they returned.</summary>
    public required StudyFigure ExploitationGap { get; init; }

    /// <summary>Root mean square error of the expected return.</summary>
    public required StudyFigure PlanErrorRmse { get; init; }

    /// <summary>Disagreement of the members.</summary>
    public required StudyFigure Disagreement { get; init; }

    /// <summary>Rank correlation of disagreement with the plans' errors.</summary>
    public required StudyFigure RankCorrelation { get; init; }

    /// <summary>The same within a trial.</summary>
    public required StudyFigure RankCorrelationWithinTrials { get; init; }

    /// <summary>Time of a decision, ms.</summary>
    public required StudyFigure DecisionMs { get; init; }

    /// <summary>Gradient steps.</summary>
    public required StudyFigure Updates { get; init; }

    /// <summary>Time of training, s.</summary>
    public required StudyFigure TrainingSeconds { get; init; }

    /// <summary>Mean return as a share of the way from random actions to the oracle.</summary>
    public required double Score { get; init; }

    /// <summary>[trials], mean return.</summary>
    public required IReadOnlyList<double> Returns { get; init; }

    /// <summary>[trials], lower end of its 95 % interval.</summary>
    public required IReadOnlyList<double> ReturnsLow95 { get; init; }

    /// <summary>[trials], its upper end.</summary>
    public required IReadOnlyList<double> ReturnsHigh95 { get; init; }

    /// <summary>[trials], mean exploitation gap.</summary>
    public required IReadOnlyList<double> Gaps { get; init; }
}
