using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Robotics.Core.Errors;

namespace Robotics.Learning.Settings;

/// <summary>Options of an experiment. Immutable.</summary>
public sealed record ReinforcementOptions : IValidatable
{
    /// <summary>The run's seed. Default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Trials under the planner, 0 to 10000. Default: 10.</summary>
    [Range(0, 10000)]
    public int Trials { get; init; } = 10;

    /// <summary>Trials of random actions before them, 1 to 1000. Default: 1.</summary>
    [Range(1, 1000)]
    public int RandomTrials { get; init; } = 1;

    /// <summary>Episodes in each trial, 1 to 1000. Default: 1.</summary>
    [Range(1, 1000)]
    public int EpisodesPerTrial { get; init; } = 1;

    /// <summary>Evaluation episodes after each training, never in the training set, 0 to 1000. Default: 0.</summary>
    [Range(0, 1000)]
    public int EvaluationEpisodes { get; init; }

    /// <summary>Checkpoints of earlier trials to keep besides the newest, 0 to 10000. Default: 1.</summary>
    [Range(0, 10000)]
    public int EarlierCheckpoints { get; init; } = 1;

    /// <summary>
    /// Decisions between two whose plans are executed in a copy of the simulator to measure the exploitation gap, 0 to 10000; 0 for
    /// none. Default: 10.
    /// </summary>
    [Range(0, 10000)]
    public int AuditInterval { get; init; } = 10;

    /// <summary>All trials.</summary>
    public int TotalTrials => RandomTrials + Trials;

    /// <summary>Fingerprint that must agree for a run to be resumed: the number of trials may grow, all else must be equal.</summary>
    public string Fingerprint => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}, {RandomTrials} random trials, {EpisodesPerTrial} episodes per trial, {EvaluationEpisodes} evaluation episodes");

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
