using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.WorldModel.Latent;

/// <summary>Options of <see cref="MultiStepDynamics"/> and of the rounds in which they are trained. Immutable; thread-safe.</summary>
public sealed record MultiStepDynamicsOptions : IValidatable
{
    /// <summary>Gradient steps before the first round, 0 to 1,000,000; 0 for no rounds, only the filter's dynamics. Default: 0.</summary>
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
    /// Gradient steps of the filter in each round, after its episodes and before all others, 0 to 1,000,000; with 0 the filter is fixed.
    /// Default: 0.
    /// </summary>
    [Range(0, 1_000_000)]
    public int FilterUpdatesPerRound { get; init; }

    /// <summary>
    /// True to collect a round's episodes during the gradient steps of the round before, on a thread of their own and with the weights from
    /// before those steps; the first round's episodes always come after. Default: false.
    /// </summary>
    public bool CollectBeside { get; init; }

    /// <summary>Gradient steps on all episodes after the last round, 0 to 1,000,000. Default: 0.</summary>
    [Range(0, 1_000_000)]
    public int FinalUpdates { get; init; }

    /// <summary>Units of a new reward head, 0 to 4096; 0 keeps the filter's reward head. Default: 0.</summary>
    [Range(0, 4096)]
    public int RewardHidden { get; init; }

    /// <summary>Beliefs of a batch from which predictions start, 1 to 65,536. Default: 256.</summary>
    [Range(1, 65_536)]
    public int BatchSize { get; init; } = 256;

    /// <summary>K, steps predicted without observations, 1 to 1000. Default: 12.</summary>
    [Range(1, 1000)]
    public int Steps { get; init; } = 12;

    /// <summary>Adam's step size at the start of a training; it falls linearly to a tenth. Above 0, up to 1. Default: 0.001.</summary>
    [Range(1e-9, 1)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Std of the reward likelihood, above 0, up to 1000. Default: 0.02.</summary>
    [Range(1e-4, 1000)]
    public double RewardDeviation { get; init; } = 0.02;

    /// <summary>Weight of the belief loss relative to the reward loss, 0 to 1e6. Default: 1.</summary>
    [Range(0, 1e6)]
    public double Consistency { get; init; } = 1;

    /// <summary>Share of a batch that comes from planned episodes, 0 to 1. Default: 0.7.</summary>
    [Range(0, 1)]
    public double PlannedShare { get; init; } = 0.7;

    /// <summary>
    /// Members of the latent dynamics ensemble, 0 to 64; with 0 the planner uses the filter's dynamics and the rounds train ensemble,
    /// value and actor only. All members start from the filter's weights; each but the first weighs every episode by its own sample from
    /// Poisson(1). Default: 1.
    /// </summary>
    [Range(0, 64)]
    public int Members { get; init; } = 1;

    /// <summary>Gradient steps of the first member over the whole training.</summary>
    public int TotalUpdates => FirstUpdates + (Rounds * UpdatesPerRound) + FinalUpdates;

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
