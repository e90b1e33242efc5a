using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.WorldModel.Latent;

/// <summary>Options of the planner that differ while episodes for training are collected. Immutable; thread-safe.</summary>
public sealed record CollectingOptions : IValidatable
{
    /// <summary>The planner's <c>initial_sigma</c>, 0.001 to 2; null for the task's. Default: null.</summary>
    [Range(0.001, 2)]
    public double? InitialSigma { get; init; }

    /// <summary>
    /// The planner's <c>disagreement_penalty</c>, in units of return; below 0 it rewards disagreement of the members (the idea of Sekar et
    /// al. 2020, "Planning to Explore", here added to the task's reward); null for the task's. Default: null.
    /// </summary>
    [Range(-1e9, 1e9)]
    public double? DisagreementPenalty { get; init; }

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
