using Robotics.Data.Episodes;
using Robotics.Data.Metrics;

namespace Robotics.Reporting.Numbers;

/// <summary>Predicted and realised return over a decision's horizon. Immutable.</summary>
/// <param name="Predicted">The return that the planner expected.</param>
/// <param name="Realised">The return that came.</param>
/// <param name="Disagreement">Std over models of the prediction; NaN when the controller gives none.</param>
public readonly record struct ReturnPrediction(double Predicted, double Realised, double Disagreement)
{
    /// <summary>The columns of <c>audits.csv</c>.</summary>
    public static readonly IReadOnlyList<string> Columns = ["trial", "predicted_return", "realised_return", "disagreement"];

    /// <summary>Expected minus realised.</summary>
    public double Error => Predicted - Realised;

    /// <summary>The comparison as a line of metrics.</summary>
    public MetricsRow ToRow(int trial) =>
        new MetricsRow(trial).Add("predicted_return", Predicted).Add("realised_return", Realised).Add("disagreement", Disagreement);

    /// <summary>Reads a line of metrics.</summary>
    public static ReturnPrediction From(TrialMetrics row) =>
        new(row.Number("predicted_return"), row.Number("realised_return"), row.Number("disagreement"));

    /// <summary>
    /// The decisions of an episode whose horizon ended before the episode did; all of them when the task's termination ended it,
    /// since nothing is earned thereafter. What came is of replanning at every step, so a good controller may well do better than it
    /// expected; <c>PlanAudit</c> compares the plans themselves.
    /// </summary>
    public static IEnumerable<ReturnPrediction> From(Episode episode)
    {
        var horizon = episode.Header.PlanHorizon;
        if (horizon == 0)
            yield break;
        var sum = new double[episode.Steps + 1];
        for (var t = 0; t < episode.Steps; t++)
            sum[t + 1] = sum[t] + episode.Rewards[t];
        var last = episode.IsTerminated ? episode.Steps - 1 : episode.Steps - horizon;
        for (var t = 0; t <= last; t++)
        {
            if (float.IsFinite(episode.PredictedReturns[t]))
                yield return new ReturnPrediction(
                    episode.PredictedReturns[t], sum[Math.Min(t + horizon, episode.Steps)] - sum[t], episode.Disagreements[t]);
        }
    }
}
