using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Robotics.Core.Errors;
using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Latent;

/// <summary>What imagines the futures that a planner compares.</summary>
[JsonConverter(typeof(JsonStringEnumConverter))]
public enum LatentDynamics
{
    /// <summary>The filter's own prior, along its means.</summary>
    Rssm,

    /// <summary>An ensemble over its beliefs.</summary>
    Ensemble,

    /// <summary>Several foresights: copies of its prior that each learned to look ahead from episodes of their own.</summary>
    Foresights,
}

/// <summary>What an actor that was learned in imagination is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter))]
public enum LatentActorUse
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It proposes sequences to the planner.</summary>
    Prior,

    /// <summary>It acts, and nothing is planned.</summary>
    Policy,
}

/// <summary>How an ensemble over beliefs is rolled out. Immutable; thread-safe.</summary>
public sealed record BeliefRolloutSettings : IValidatable
{
    /// <summary>The largest population that is scored in one call.</summary>
    public const int MaximumPopulation = 512;
    private const int MaximumHorizon = 64;

    /// <summary>TS∞ or TS1. Default: TS∞.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter))]
    public Propagation Propagation { get; init; } = Propagation.TSInfinity;

    /// <summary>Particles per candidate, 1 to 1000, a multiple of the members. Default: 5.</summary>
    [Range(1, 1000)]
    public int Particles { get; init; } = 5;

    /// <summary>Whether states are drawn; otherwise particles go along the means. Default: true.</summary>
    public bool Sampled { get; init; } = true;

    /// <summary>Whether the n-th particle of every member meets the same noise. Default: false.</summary>
    public bool SharedNoise { get; init; }

    /// <summary>Whether all candidates of a decision meet the same noise. Default: false.</summary>
    public bool CommonRandomNumbers { get; init; }

    /// <summary>What members are compared by. Default: the return.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter))]
    public BeliefDisagreement Disagreement { get; init; }

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        if (Propagation is not (Propagation.TSInfinity or Propagation.TS1))
            throw new UserErrorException("beliefs are propagated by 'ts_infinity' or 'ts1'; give 'propagation' one of these.");
    }

    /// <summary>What the evaluator takes.</summary>
    public BeliefRolloutOptions ToOptions(WorkerPool workers, LatentValueWeights? value) => new()
    {
        Propagation = Propagation,
        Particles = Particles,
        IsSampled = Sampled,
        SharedNoise = SharedNoise,
        CommonRandomNumbers = CommonRandomNumbers,
        Disagreement = Disagreement,
        Value = value,
        MaximumPopulation = MaximumPopulation,
        MaximumHorizon = MaximumHorizon,
        Workers = workers,
    };
}

/// <summary>Which of what was learned a controller uses, and how. Immutable.</summary>
/// <param name="Dynamics">What imagines.</param>
/// <param name="Value">Whether rollouts end with what is still to come.</param>
/// <param name="Actor">What the actor is for.</param>
/// <param name="Rollout">How an ensemble is rolled out.</param>
public sealed record LatentUse(LatentDynamics Dynamics, bool Value, LatentActorUse Actor, BeliefRolloutSettings Rollout)
{
    /// <summary>The filter's own prior, without value and actor.</summary>
    public static LatentUse Default { get; } = new(LatentDynamics.Rssm, false, LatentActorUse.None, new BeliefRolloutSettings());
}
