using Robotics.Core.Terms;
using Robotics.Core.Threading;
using Robotics.Inference.Dense;

namespace Robotics.Inference.Ensembles;

/// <summary>Options of <c>FusedEnsembleEvaluator</c>; checked by its constructor.</summary>
public sealed record FusedEnsembleOptions
{
    /// <summary>Propagation of uncertainty from step to step. Default: TS∞.</summary>
    public Propagation Propagation { get; init; } = Propagation.TSInfinity;

    /// <summary>Particles per candidate, P, positive: with TS1 and TS∞ a multiple of the members, with E 1. Default: 20.</summary>
    public int Particles { get; init; } = 20;

    /// <summary>The reward of a step over o_{t+1} and a_t: one output.</summary>
    public required TermProgram Reward { get; init; }

    /// <summary>One output over o_{t+1} and a_t; above 0 the particle ends: its later rewards do not count. Null: never.</summary>
    public TermProgram? Termination { get; init; }

    /// <summary>Maximum candidates per request; at least 1.</summary>
    public required int MaximumPopulation { get; init; }

    /// <summary>Maximum steps per request; at least 1.</summary>
    public required int MaximumHorizon { get; init; }

    /// <summary>The threads that share the work; the evaluator does not dispose it.</summary>
    public required WorkerPool Workers { get; init; }

    /// <summary>
    /// True when all candidates of a request share the same noise, so that their returns differ by their actions alone.
    /// </summary>
    public bool CommonRandomNumbers { get; init; }

    /// <summary>Precision of the networks' multiplications; the ensemble must be packed for it.</summary>
    public Precision Precision { get; init; }

    internal void Validate(PackedEnsemble ensemble)
    {
        if (ensemble.Precision != Precision)
            throw new ArgumentException(
                $"The ensemble is packed for the precision {ensemble.Precision} where the options say {Precision}.");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumPopulation, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumHorizon, 1);
        if (Particles != Propagation.Carried(Particles))
            throw new ArgumentException($"Expectation carries one particle, not {Particles}; set Particles to 1.");
        if (Particles < 1 || (!Propagation.AsksAllMembers() && Particles % ensemble.Members != 0))
            throw new ArgumentException(
                $"{Particles} particles cannot be shared equally by {ensemble.Members} members; choose a multiple.");
        CheckProgram(Reward, ensemble, "reward");
        if (Termination is not null)
            CheckProgram(Termination, ensemble, "termination");
    }

    private static void CheckProgram(TermProgram program, PackedEnsemble ensemble, string name)
    {
        if (program.Outputs.Count != 1)
            throw new ArgumentException($"The {name} program has {program.Outputs.Count} outputs where one is needed.");
        foreach (var i in program.Instructions)
        {
            var limit = i.Operation switch
            {
                TermOperation.Observation => ensemble.Observations.Dimension,
                TermOperation.Action => ensemble.ActionDimension,
                _ => int.MaxValue,
            };
            if (i.A >= limit)
                throw new ArgumentException($"The {name} program reads {i.Operation} {i.A}, but the model has only {limit}.");
        }
    }
}
