using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Robotics.Core.Errors;
using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Latent;

/// <summary>Dynamics of a planner's rollouts in latent space.</summary>
[JsonConverter(typeof(JsonStringEnumConverter))]
public enum LatentDynamics
{
    /// <summary>The filter's own prior, along its means.</summary>
    Rssm,

    /// <summary>An ensemble over its beliefs.</summary>
    Ensemble,

    /// <summary>A latent dynamics ensemble: copies of its prior, each with multi-step training on its own episodes.</summary>
    Foresights,
}

/// <summary>Role of an actor that was trained in imagination.</summary>
[JsonConverter(typeof(JsonStringEnumConverter))]
public enum LatentActorUse
{
    /// <summary>No actor.</summary>
    None,

    /// <summary>It proposes sequences to the planner.</summary>
    Prior,

    /// <summary>It selects the actions, without planning.</summary>
    Policy,
}

/// <summary>Rollout options of an ensemble over beliefs. Immutable; thread-safe.</summary>
public sealed record BeliefRolloutSettings : IValidatable
{
    /// <summary>Maximum population in one call.</summary>
    public const int MaximumPopulation = 512;
    private const int MaximumHorizon = 64;

    /// <summary>TS∞ or TS1. Default: TS∞.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter))]
    public Propagation Propagation { get; init; } = Propagation.TSInfinity;

    /// <summary>Particles per candidate, 1 to 1000, a multiple of the members. Default: 5.</summary>
    [Range(1, 1000)]
    public int Particles { get; init; } = 5;

    /// <summary>True to sample states; otherwise particles follow the means. Default: true.</summary>
    public bool Sampled { get; init; } = true;

    /// <summary>True when the n-th particles of all members share the same noise. Default: false.</summary>
    public bool SharedNoise { get; init; }

    /// <summary>True when all candidates of a decision share the same noise. Default: false.</summary>
    public bool CommonRandomNumbers { get; init; }

    /// <summary>Measure of disagreement between members. Default: the return.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter))]
    public BeliefDisagreement Disagreement { get; init; }

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        if (Propagation is not (Propagation.TSInfinity or Propagation.TS1))
            throw new UserErrorException("beliefs are propagated by 'ts_infinity' or 'ts1'; give 'propagation' one of these.");
    }

    /// <summary>The evaluator's options.</summary>
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

/// <summary>Learned models that a controller uses, and their options. Immutable.</summary>
/// <param name="Dynamics">Dynamics of the rollouts.</param>
/// <param name="Value">True when rollouts end with the value function.</param>
/// <param name="Actor">Role of the actor.</param>
/// <param name="Rollout">Rollout options of an ensemble.</param>
public sealed record LatentUse(LatentDynamics Dynamics, bool Value, LatentActorUse Actor, BeliefRolloutSettings Rollout)
{
    /// <summary>The filter's own prior, without value and actor.</summary>
    public static LatentUse Default { get; } = new(LatentDynamics.Rssm, false, LatentActorUse.None, new BeliefRolloutSettings());
}
