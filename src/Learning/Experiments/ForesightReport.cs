using Robotics.Data;

namespace Robotics.Learning;

/// <summary>
/// How the return that the planner expected over its horizon compares with the rewards that came. The expectation is of the
/// plan; what came is of replanning at every step, so a good controller may well do better than it expected. Immutable.
/// </summary>
/// <param name="Count">Decisions that are compared.</param>
/// <param name="Gap">
/// The exploitation gap: the mean of expected minus realised. Above 0 the planner found faults of its model that look like return.
/// </param>
/// <param name="RootMeanSquareError">Root of the mean square of that difference.</param>
/// <param name="MeanDisagreement">The mean spread over models of the expectation; NaN when the controller does not say.</param>
/// <param name="RankCorrelation">
/// Spearman's rank correlation, over the decisions, of that spread with the size of the difference: whether the model knows what it
/// does not know. NaN when the controller does not say, or says the same throughout.
/// </param>
public sealed record ForesightReport(int Count, double Gap, double RootMeanSquareError, double MeanDisagreement, double RankCorrelation)
{
    /// <summary>Compares all decisions of some episodes; null when none can be compared.</summary>
    public static ForesightReport? TryOf(IEnumerable<Episode> episodes) => TryOf([.. episodes.SelectMany(ForesightPair.Of)]);

    /// <summary>Sums up comparisons; null when there is none.</summary>
    public static ForesightReport? TryOf(IReadOnlyList<ForesightPair> pairs)
    {
        if (pairs.Count == 0)
            return null;
        var known = pairs.Where(p => double.IsFinite(p.Disagreement)).ToList();
        return new ForesightReport(
            pairs.Count,
            pairs.Average(p => p.Error),
            Math.Sqrt(pairs.Average(p => p.Error * p.Error)),
            known.Count == 0 ? double.NaN : known.Average(p => p.Disagreement),
            Statistics.RankCorrelation([.. known.Select(p => p.Disagreement)], [.. known.Select(p => Math.Abs(p.Error))]));
    }
}
