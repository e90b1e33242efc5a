using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Controller.Planning;

/// <summary>
/// Options of a sampling planner. The defaults are those of PETS for the cart-pole. Immutable after construction.
/// </summary>
public sealed record PlannerOptions : IValidatable
{
    /// <summary>Search method. Default: the cross-entropy method.</summary>
    public PlannerKind Kind { get; init; } = PlannerKind.Cem;

    /// <summary>Steps planned ahead, in control periods; 1 to 1000.</summary>
    [Range(1, 1000)]
    public int Horizon { get; init; } = 25;

    /// <summary>
    /// Action sequences per iteration; 2 to 1000000. iCEM starts with this many and shrinks; few, such as 20, climb a gradient.
    /// </summary>
    [Range(2, 1_000_000)]
    public int Population { get; init; } = 400;

    /// <summary>Sequences to which CEM and iCEM fit the next distribution; 1 to <see cref="Population"/>.</summary>
    [Range(1, 1_000_000)]
    public int Elites { get; init; } = 40;

    /// <summary>Refinements per decision; 1 to 1000. Random shooting samples anew each time.</summary>
    [Range(1, 1000)]
    public int Iterations { get; init; } = 5;

    /// <summary>Share of the old mean and variance that CEM and iCEM keep at an update; 0 to 0.999.</summary>
    [Range(0, 0.999)]
    public double Alpha { get; init; } = 0.1;

    /// <summary>
    /// CEM stops when no variance is above this (actions in [−1, 1]); at least 0, below the square of <see cref="InitialSigma"/>.
    /// </summary>
    [Range(0, 1)]
    public double Epsilon { get; init; } = 0.001;

    /// <summary>Initial std of a decision's search, actions in [−1, 1]; 0.001 to 2.</summary>
    [Range(0.001, 2)]
    public double InitialSigma { get; init; } = 0.5;

    /// <summary>Exponent of the noise's power spectrum in iCEM and MPPI: 0 is white, 2 is brown; 0 to 10.</summary>
    [Range(0, 10)]
    public double NoiseBeta { get; init; } = 2;

    /// <summary>Factor by which iCEM's population shrinks per iteration; at least 1.</summary>
    [Range(1, 100)]
    public double PopulationDecay { get; init; } = 1.25;

    /// <summary>Share of its elites that iCEM carries into the next iteration and decision; 0 to 1.</summary>
    [Range(0, 1)]
    public double KeptElites { get; init; } = 0.3;

    /// <summary>
    /// True if iCEM executes the mean of its distribution, as CEM does, and not its best sequence. With a quadratic action cost the
    /// noise of a single sample is penalised, that of the mean is not, so a wide first iteration costs nothing.
    /// </summary>
    public bool ReturnMean { get; init; }

    /// <summary>MPPI's temperature, in units of return; 1e-9 to 1e9.</summary>
    [Range(1e-9, 1e9)]
    public double Temperature { get; init; } = 1;

    /// <summary>Adam's step size of the gradient planner, actions in [−1, 1]; 1e-6 to 2.</summary>
    [Range(1e-6, 2)]
    public double StepSize { get; init; } = 0.1;

    /// <summary>Penalty per unit of ensemble disagreement, in units of return; below 0 it is a bonus, and the planner explores.</summary>
    [Range(-1e9, 1e9)]
    public double DisagreementPenalty { get; init; }

    /// <summary>
    /// Most ensemble disagreement, in units of return, with which a sequence may be chosen or learned from; at least 0, none by
    /// default. The idea of MOReL (Kidambi et al. 2020, "Model-based offline reinforcement learning"): where members disagree
    /// by more than a threshold, the model does not know, and a rollout that goes there is worth nothing. Differs: it is judged
    /// by the whole rollout's return, not by each state, and when all rollouts are beyond the limit the least disagreement wins.
    /// </summary>
    [Range(0, 1e9)]
    public double? TrustLimit { get; init; }

    /// <summary>
    /// Share of the first iteration's population that an action prior may propose; 0 to 1. Without a prior it has no effect.
    /// </summary>
    [Range(0, 1)]
    public double PriorShare { get; init; } = 0.25;

    /// <summary>
    /// Control periods from the observation that a plan is made from to the moment at which it takes effect in lock-step: 0, a plan takes
    /// no simulated time, or 1, as against the wall clock, where it always has one period. Default: 0.
    /// </summary>
    [Range(0, 1)]
    public int Latency { get; init; }

    /// <summary>
    /// Most sequences that one iteration asks an evaluator about. More than <see cref="Population"/> with iCEM, which adds the
    /// elites that it kept, and in the last iteration the mean.
    /// </summary>
    public int MaximumPopulationSize => Kind == PlannerKind.Icem ? Math.Max(Population, 2 * Elites) + KeptCount + 1 : Population;

    /// <summary>Most elites that iCEM carries on.</summary>
    internal int KeptCount => (int)Math.Ceiling(KeptElites * Elites);

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        if (Elites > Population && Kind != PlannerKind.Gradient)
            throw new UserErrorException(
                $"The planner keeps {Elites} elites of a population of {Population}; give 'elites' at most 'population'.");
        if (Kind == PlannerKind.Cem && Epsilon >= InitialSigma * InitialSigma)
            throw new UserErrorException(
                $"The planner's epsilon {Epsilon} is not below its first variance, initial_sigma squared; lower 'epsilon'.");
    }
}
