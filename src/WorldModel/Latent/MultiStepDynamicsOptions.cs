using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.WorldModel.Latent;

/// <summary>
/// Options of <see cref="MultiStepDynamics"/>. <see cref="Steps"/> and <see cref="PlannedShare"/> hold for all models that are trained on
/// the beliefs of a fixed filter. Immutable; thread-safe.
/// </summary>
public sealed record MultiStepDynamicsOptions : IValidatable
{
    /// <summary>
    /// Members, 1 to 64, of which the algorithm <c>multi_step_dynamics</c> plans with the first and <c>dynamics_ensemble</c> with all. All
    /// start from the filter's weights; each but the first weighs every episode by its own sample from Poisson(1). Default: 1.
    /// </summary>
    [Range(1, 64)]
    public int Members { get; init; } = 1;

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

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
