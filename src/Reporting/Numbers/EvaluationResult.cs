using Robotics.Data.Episodes;

namespace Robotics.Reporting.Numbers;

/// <summary>Result of an evaluation. Immutable.</summary>
public sealed record EvaluationResult
{
    /// <summary>Name of the controller.</summary>
    public required string Controller { get; init; }

    /// <summary>The episodes that count: all but those that diverged, unless the task defines their return.</summary>
    public required IReadOnlyList<Episode> Episodes { get; init; }

    /// <summary>Episodes that met the task's success condition for as long as it asks.</summary>
    public required int Successes { get; init; }

    /// <summary>Fault counts over all episodes.</summary>
    public EpisodeFaults Faults { get; init; } = EpisodeFaults.None;

    /// <summary>The returns in order.</summary>
    public IReadOnlyList<double> Returns => [.. Episodes.Select(e => e.Return)];

    /// <summary>The mean return.</summary>
    public double Mean => Statistics.Mean(Returns);

    /// <summary>The standard deviation of the returns over episodes (n − 1); 0 for a single one.</summary>
    public double StandardDeviation => Statistics.StandardDeviation(Returns);

    /// <summary>The share of episodes that succeeded.</summary>
    public double SuccessRate => (double)Successes / Episodes.Count;

    /// <summary>The 95 % interval of the success rate (Wilson).</summary>
    public Interval SuccessInterval => Statistics.WilsonInterval(Successes, Episodes.Count);
}
