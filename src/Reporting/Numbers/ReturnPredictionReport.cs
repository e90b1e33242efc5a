namespace Robotics.Reporting.Numbers;

/// <summary>Comparison of predicted with realised returns. Immutable.</summary>
/// <param name="Count">Decisions that are compared.</param>
/// <param name="Gap">The mean of expected minus realised; above 0 is optimism.</param>
/// <param name="RootMeanSquareError">Root of the mean square of that difference.</param>
/// <param name="MeanDisagreement">Mean std over models of the prediction; NaN when the controller gives none.</param>
/// <param name="RankCorrelation">
/// Spearman's rank correlation, over the decisions, of that std with the size of the difference: whether the model knows what it
/// does not know. NaN when the controller gives none, or the same throughout.
/// </param>
public sealed record ReturnPredictionReport(
    int Count, double Gap, double RootMeanSquareError, double MeanDisagreement, double RankCorrelation)
{
    /// <summary>Sums up comparisons; null when there is none.</summary>
    public static ReturnPredictionReport? TryOf(IReadOnlyList<ReturnPrediction> pairs)
    {
        if (pairs.Count == 0)
            return null;
        var known = pairs.Where(p => double.IsFinite(p.Disagreement)).ToList();
        return new ReturnPredictionReport(
            pairs.Count,
            pairs.Average(p => p.Error),
            Math.Sqrt(pairs.Average(p => p.Error * p.Error)),
            known.Count == 0 ? double.NaN : known.Average(p => p.Disagreement),
            Statistics.RankCorrelation([.. known.Select(p => p.Disagreement)], [.. known.Select(p => Math.Abs(p.Error))]));
    }
}
