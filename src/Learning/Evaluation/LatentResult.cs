using System.Text.Json.Serialization;
using Robotics.Reporting.Numbers;

namespace Robotics.Learning.Evaluation;

/// <summary>Metrics of a controller's episodes. Immutable.</summary>
internal record LatentResult
{
    /// <summary>Copies the measured values.</summary>
    public LatentResult(LatentEvaluation found)
    {
        var result = found.Result;
        (Episodes, SuccessRate, SuccessInterval) = (result.Episodes.Count, result.SuccessRate, result.SuccessInterval);
        (ReturnMean, ReturnSd, Returns) = (result.Mean, result.StandardDeviation, result.Returns);
        (FinalDistanceMMedian, FinalDistanceMP90) = (found.MedianDistance, LatentEvaluation.Quantile(found.FinalDistances, 0.9));
        SecondsToSuccessMedian = found.MedianSeconds;
        DecisionMsP50 = LatentEvaluation.Quantile(found.DecisionMilliseconds, 0.5);
        DecisionMsP99 = LatentEvaluation.Quantile(found.DecisionMilliseconds, 0.99);
        (EpisodesDiverged, DecisionsWithoutFiniteRollout) = (result.Faults.Diverged, result.Faults.WithoutFiniteRollout);
        FinalDistancesM = found.FinalDistances;
    }

    /// <summary>Number of episodes.</summary>
    public int Episodes { get; }

    /// <summary>Share of episodes that succeeded.</summary>
    public double SuccessRate { get; }

    /// <summary>Its 95 % interval.</summary>
    public Interval SuccessInterval { get; }

    /// <summary>Mean return.</summary>
    public double ReturnMean { get; }

    /// <summary>Standard deviation of the return.</summary>
    public double ReturnSd { get; }

    /// <summary>Median final distance, m; NaN where the task has none.</summary>
    public double FinalDistanceMMedian { get; }

    /// <summary>90 % quantile of the final distance, m.</summary>
    [JsonPropertyName("final_distance_m_p90")]
    public double FinalDistanceMP90 { get; }

    /// <summary>Median time to success, s, over the episodes that succeeded.</summary>
    public double SecondsToSuccessMedian { get; }

    /// <summary>Median time of a decision, ms.</summary>
    public double DecisionMsP50 { get; }

    /// <summary>99 % quantile of the time of a decision, ms.</summary>
    public double DecisionMsP99 { get; }

    /// <summary>Return of each episode.</summary>
    public IReadOnlyList<double> Returns { get; }

    /// <summary>Number of episodes in which the simulation diverged.</summary>
    public int EpisodesDiverged { get; }

    /// <summary>Number of decisions in which no rollout had a finite return.</summary>
    public int DecisionsWithoutFiniteRollout { get; }

    /// <summary>Final distance of each episode, m.</summary>
    public IReadOnlyList<double> FinalDistancesM { get; }
}
