using Robotics.Data;

namespace Robotics.Learning;

/// <summary>
/// How the return that the planner expected over its horizon compares with the rewards that came. The expectation is of the
/// plan; what came is of replanning at every step, so a good controller may well do better than it expected. Immutable.
/// </summary>
/// <param name="Count">Decisions whose whole horizon lies in the episode.</param>
/// <param name="Bias">Mean of expected minus realised; above 0 is optimism.</param>
/// <param name="RootMeanSquareError">Root of the mean square of that difference.</param>
public sealed record ForesightReport(int Count, double Bias, double RootMeanSquareError)
{
    /// <summary>Compares all decisions of some episodes; null when none can be compared.</summary>
    public static ForesightReport? TryOf(IEnumerable<Episode> episodes)
    {
        var errors = episodes.SelectMany(Pairs).Select(p => p.Predicted - p.Realised).ToList();
        return errors.Count == 0
            ? null
            : new ForesightReport(errors.Count, errors.Average(), Math.Sqrt(errors.Average(e => e * e)));
    }

    /// <summary>What was expected and what came, for every decision whose whole horizon lies in the episode.</summary>
    public static IEnumerable<(double Predicted, double Realised)> Pairs(Episode episode)
    {
        var horizon = episode.Header.PlanHorizon;
        if (horizon == 0 || horizon > episode.Steps)
            yield break;
        var sum = new double[episode.Steps + 1];
        for (var t = 0; t < episode.Steps; t++)
            sum[t + 1] = sum[t] + episode.Rewards[t];
        for (var t = 0; t + horizon <= episode.Steps; t++)
        {
            if (float.IsFinite(episode.PredictedReturns[t]))
                yield return (episode.PredictedReturns[t], sum[t + horizon] - sum[t]);
        }
    }
}
