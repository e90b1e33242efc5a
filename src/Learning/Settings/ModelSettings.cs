using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.Inference.Dense;
using Robotics.Inference.Ensembles;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Learning.Settings;

/// <summary>A task's section <c>model:</c>: the networks and their rollouts. Immutable.</summary>
internal sealed record ModelSettings : IValidatable
{
    /// <summary>The networks and their training.</summary>
    public EnsembleOptions Ensemble { get; init; } = new();

    /// <summary>Options of the rollouts.</summary>
    public RolloutSettings Rollout { get; init; } = new();

    /// <inheritdoc/>
    public void Validate()
    {
        Ensemble.Validate();
        Rollout.Validate();
        if (!Rollout.Propagation.AsksAllMembers() && Rollout.Particles % Ensemble.Members != 0)
            throw new UserErrorException(
                $"{Rollout.Particles} particles cannot be shared out evenly among {Ensemble.Members} members; make 'particles' a multiple "
                    + "of 'members'.");
    }
}

/// <summary>Propagation of particles through the ensemble. Immutable.</summary>
internal sealed record RolloutSettings : IValidatable
{
    /// <summary>Implementation of the rollouts. Default: the compiled networks.</summary>
    public RolloutEngine Evaluator { get; init; } = RolloutEngine.Fused;

    /// <summary>Propagation of uncertainty from step to step. Default: TS∞.</summary>
    public Propagation Propagation { get; init; } = Propagation.TSInfinity;

    /// <summary>Particles of each candidate, 1 to 1000; expectation always carries one. Default: 20.</summary>
    [Range(1, 1000)]
    public int Particles { get; init; } = 20;

    /// <summary>Particles that rollouts carry.</summary>
    public int CarriedParticles => Propagation.Carried(Particles);

    /// <summary>True when all candidates of a decision share their noise. Default: false, as in the paper.</summary>
    public bool CommonRandomNumbers { get; init; }

    /// <summary>Number format of the networks' products. Default: floats.</summary>
    public RolloutPrecision Precision { get; init; }

    /// <summary>Number format of the compiled networks' products on this machine.</summary>
    internal Precision FusedPrecision =>
        Evaluator == RolloutEngine.Libtorch ? Inference.Dense.Precision.Single : Precision.Resolve();

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        if (Propagation.AsksAllMembers() && Evaluator == RolloutEngine.Libtorch)
            throw new UserErrorException(
                "the libtorch evaluator propagates by 'ts1' and 'ts_infinity' only; choose one of them, or make 'evaluator' 'fused'.");
        if (CommonRandomNumbers && Evaluator == RolloutEngine.Libtorch)
            throw new UserErrorException(
                "the libtorch evaluator has no common random numbers; leave out 'common_random_numbers', or make 'evaluator' 'fused'.");
        if (Precision == RolloutPrecision.Bf16 && Evaluator == RolloutEngine.Libtorch)
            throw new UserErrorException(
                "the libtorch evaluator multiplies in floats; leave out 'precision: bf16', or make 'evaluator' 'fused'.");
    }
}

/// <summary>Implementation of rollouts.</summary>
internal enum RolloutEngine
{
    /// <summary>The networks compiled for the loop: no allocation, all workers.</summary>
    Fused,

    /// <summary>The operators of libtorch, with derivatives; they allocate.</summary>
    Libtorch,
}
