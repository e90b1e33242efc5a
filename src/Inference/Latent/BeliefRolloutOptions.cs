using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Latent;

/// <summary>Options of <see cref="BeliefEnsembleEvaluator"/>; checked by its constructor.</summary>
public sealed record BeliefRolloutOptions
{
    /// <summary>TS∞ or TS1. Default: TS∞.</summary>
    public Propagation Propagation { get; init; } = Propagation.TSInfinity;

    /// <summary>Particles per candidate, a positive multiple of the members. Default: 5.</summary>
    public int Particles { get; init; } = 5;

    /// <summary>
    /// True to sample particles from the belief and to sample their next states; otherwise they follow the means, and
    /// predictions differ by the members alone. Default: true.
    /// </summary>
    public bool IsSampled { get; init; } = true;

    /// <summary>
    /// True when the n-th particles of all members share the same noise: members that agree then have no disagreement at all, but a
    /// candidate's return averages over fewer samples. Default: false.
    /// </summary>
    public bool SharedNoise { get; init; }

    /// <summary>True when all candidates of a request share the same noise. Default: false.</summary>
    public bool CommonRandomNumbers { get; init; }

    /// <summary>Measure of disagreement between members. Default: the return.</summary>
    public BeliefDisagreement Disagreement { get; init; }

    /// <summary>Value function after the last step; null for none. With it, rewards are discounted as in its training.</summary>
    public LatentValueWeights? Value { get; init; }

    /// <summary>Maximum candidates per request; at least 1.</summary>
    public required int MaximumPopulation { get; init; }

    /// <summary>Maximum steps per request; at least 1.</summary>
    public required int MaximumHorizon { get; init; }

    /// <summary>The threads that share the work; the evaluator does not dispose it.</summary>
    public required WorkerPool Workers { get; init; }

    internal void Validate(BeliefEnsembleWeights weights)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumPopulation, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumHorizon, 1);
        if (Propagation is not (Propagation.TSInfinity or Propagation.TS1))
            throw new ArgumentException($"Beliefs are propagated by TS1 or TS∞, not by {Propagation}.");
        if (Particles < 1 || Particles % weights.Members != 0)
            throw new ArgumentException($"{Particles} particles cannot be shared equally by {weights.Members} members; choose a multiple.");
        Value?.Validate(weights.FeatureDimension);
    }
}
