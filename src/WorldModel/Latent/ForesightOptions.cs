using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.WorldModel.Latent;

/// <summary>How a <see cref="LatentForesight"/> learns, and how often. Immutable; thread-safe.</summary>
public sealed record ForesightOptions : IValidatable
{
    /// <summary>Gradient steps before the first round; 0 to 1,000,000, 0 plans with the filter's own dynamics. Default: 0.</summary>
    [Range(0, 1_000_000)]
    public int FirstUpdates { get; init; }

    /// <summary>Rounds of planned episodes, each followed by gradient steps; 0 to 10,000. Default: 0.</summary>
    [Range(0, 10_000)]
    public int Rounds { get; init; }

    /// <summary>Planned episodes of a round, 1 to 10,000. Default: 25.</summary>
    [Range(1, 10_000)]
    public int EpisodesPerRound { get; init; } = 25;

    /// <summary>Gradient steps of a round, 0 to 1,000,000. Default: 300.</summary>
    [Range(0, 1_000_000)]
    public int UpdatesPerRound { get; init; } = 300;

    /// <summary>
    /// Gradient steps of the filter in each round, after its episodes and before all others, 0 to 1,000,000; with 0 the filter rests.
    /// Default: 0.
    /// </summary>
    [Range(0, 1_000_000)]
    public int FilterUpdatesPerRound { get; init; }

    /// <summary>
    /// Whether a round's episodes are collected while the round before it learns, on a thread of their own and with the weights from before
    /// that learning; otherwise one follows the other. The first round's always follow. Default: false.
    /// </summary>
    public bool CollectBeside { get; init; }

    /// <summary>Gradient steps on everything when all rounds are over, 0 to 1,000,000. Default: 0.</summary>
    [Range(0, 1_000_000)]
    public int FinalUpdates { get; init; }

    /// <summary>Units of a reward head of its own, 0 to 4096; 0 goes on with the filter's. Default: 0.</summary>
    [Range(0, 4096)]
    public int RewardHidden { get; init; }

    /// <summary>Starts in a batch, 1 to 65,536. Default: 256.</summary>
    [Range(1, 65_536)]
    public int BatchSize { get; init; } = 256;

    /// <summary>K, steps that are predicted without observations, 1 to 1000. Default: 12.</summary>
    [Range(1, 1000)]
    public int Steps { get; init; } = 12;

    /// <summary>Adam's step size at the beginning of a training; it falls in a straight line to a tenth. Above 0, up to 1. Default: 0.001.</summary>
    [Range(1e-9, 1)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>σ that a reward's error is measured in, above 0, up to 1000. Default: 0.02.</summary>
    [Range(1e-4, 1000)]
    public double RewardDeviation { get; init; } = 0.02;

    /// <summary>Weight of the beliefs' errors beside the rewards', 0 to 1e6. Default: 1.</summary>
    [Range(0, 1e6)]
    public double Consistency { get; init; } = 1;

    /// <summary>Share of the starts that come from planned episodes, 0 to 1. Default: 0.7.</summary>
    [Range(0, 1)]
    public double PlannedShare { get; init; } = 0.7;

    /// <summary>
    /// Foresights, 0 to 64; with 0 the filter's own dynamics look ahead and the rounds are for ensemble, value and actor. All learn in the
    /// same rounds, from the filter's dynamics on; those beside the first count every episode as often as a draw from Poisson(1) of their
    /// own. Default: 1.
    /// </summary>
    [Range(0, 64)]
    public int Members { get; init; } = 1;

    /// <summary>Gradient steps that the first takes in all.</summary>
    public int TotalUpdates => FirstUpdates + (Rounds * UpdatesPerRound) + FinalUpdates;

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
