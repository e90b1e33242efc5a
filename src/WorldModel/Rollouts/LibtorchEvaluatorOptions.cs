using Robotics.Core.Terms;
using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Weights;

namespace Robotics.WorldModel.Rollouts;

/// <summary>Options of <see cref="LibtorchEnsembleEvaluator"/>; checked by its constructor. Immutable.</summary>
public sealed record LibtorchEvaluatorOptions
{
    /// <summary>Propagation of particles: TS1 or TS∞. Default: TS∞.</summary>
    public Propagation Propagation { get; init; } = Propagation.TSInfinity;

    /// <summary>Particles per candidate, P: a positive multiple of the members. Default: 20.</summary>
    public int Particles { get; init; } = 20;

    /// <summary>The reward of a step over o_{t+1} and a_t: one output.</summary>
    public required TermProgram Reward { get; init; }

    /// <summary>One output over o_{t+1} and a_t; above 0 the particle ends: its later rewards do not count. Null: never.</summary>
    public TermProgram? Termination { get; init; }

    /// <summary>Device in libtorch's notation: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>. Default: <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>
    /// The threads that share the work, a group of candidates at a time; null for the calling thread alone. With more than one,
    /// let libtorch itself use one (<c>Threads</c>). On a CUDA device: null.
    /// </summary>
    public WorkerPool? Workers { get; init; }

    /// <summary>
    /// Candidates of a group, at least 1; null for all at once. The random numbers depend on it, on the number of workers not.
    /// Small groups keep their activations in the cache of a core.
    /// </summary>
    public int? CandidatesAtOnce { get; init; }

    internal void Validate(EnsembleWeights weights)
    {
        weights.Validate();
        if (Propagation is not (Propagation.TS1 or Propagation.TSInfinity))
            throw new ArgumentException($"The libtorch evaluator propagates by TS1 or TS∞, not by {Propagation}.");
        if (Particles < 1 || Particles % weights.Members != 0)
            throw new ArgumentException($"{Particles} particles cannot be shared equally by {weights.Members} members; choose a multiple.");
        if (CandidatesAtOnce is { } candidates)
            ArgumentOutOfRangeException.ThrowIfLessThan(candidates, 1, nameof(CandidatesAtOnce));
        if (Reward.Outputs.Count != 1 || Termination is { Outputs.Count: not 1 })
            throw new ArgumentException("A reward or a termination must have one output.");
    }
}
