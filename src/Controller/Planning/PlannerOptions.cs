using System.Runtime.CompilerServices;
using System.Text.Json;
using Robotics.Core;

namespace Robotics.Controller;

/// <summary>
/// What a sampling planner needs to know. The defaults are those of PETS for the cart-pole. Immutable after construction.
/// </summary>
public sealed class PlannerOptions
{
    /// <summary>How to search. Default: the cross-entropy method.</summary>
    public PlannerKind Kind { get; init; } = PlannerKind.Cem;

    /// <summary>Steps planned ahead, in control periods; 1 to 1000.</summary>
    public int Horizon { get; init; } = 25;

    /// <summary>Action sequences per iteration; 2 to 1000000. iCEM starts with this many and shrinks.</summary>
    public int Population { get; init; } = 400;

    /// <summary>Sequences to which CEM and iCEM fit the next distribution; 1 to <see cref="Population"/>.</summary>
    public int Elites { get; init; } = 40;

    /// <summary>Refinements per decision; 1 to 1000. Random shooting draws anew each time.</summary>
    public int Iterations { get; init; } = 5;

    /// <summary>Share of the old mean and variance that CEM and iCEM keep at an update; 0 to 1, exclusive of 1.</summary>
    public double Alpha { get; init; } = 0.1;

    /// <summary>CEM stops when no variance is above this (actions in [−1, 1]); at least 0, below the square of <see cref="InitialSigma"/>.</summary>
    public double Epsilon { get; init; } = 0.001;

    /// <summary>Standard deviation with which a decision starts, actions in [−1, 1]; above 0, at most 2.</summary>
    public double InitialSigma { get; init; } = 0.5;

    /// <summary>Exponent of the noise's power spectrum in iCEM and MPPI: 0 is white, 2 is brown; 0 to 10.</summary>
    public double NoiseBeta { get; init; } = 2;

    /// <summary>Factor by which iCEM's population shrinks per iteration; at least 1.</summary>
    public double PopulationDecay { get; init; } = 1.25;

    /// <summary>Share of its elites that iCEM carries into the next iteration and decision; 0 to 1.</summary>
    public double KeptElites { get; init; } = 0.3;

    /// <summary>MPPI's temperature, in units of return; above 0.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>What a unit of ensemble disagreement costs, in units of return; at least 0.</summary>
    public double DisagreementPenalty { get; init; }

    /// <summary>Share of the first iteration's population that an action prior may propose; 0 to 1. Without a prior it has no effect.</summary>
    public double PriorShare { get; init; } = 0.25;

    /// <summary>Checks every range.</summary>
    /// <exception cref="UserErrorException">A number is out of its range.</exception>
    public void Validate()
    {
        Require(Enum.IsDefined(Kind), Kind, "random_shooting, cem, icem or mppi");
        Require(Horizon is >= 1 and <= 1000, Horizon, "1 to 1000");
        Require(Population is >= 2 and <= 1_000_000, Population, "2 to 1000000");
        Require(Elites >= 1 && Elites <= Population, Elites, $"1 to the population, {Population}");
        Require(Iterations is >= 1 and <= 1000, Iterations, "1 to 1000");
        Require(Alpha is >= 0 and < 1, Alpha, "at least 0 and below 1");
        Require(InitialSigma is > 0 and <= 2, InitialSigma, "above 0 and at most 2");
        Require(Epsilon >= 0 && Epsilon < InitialSigma * InitialSigma, Epsilon, "at least 0 and below the square of initial_sigma");
        Require(NoiseBeta is >= 0 and <= 10, NoiseBeta, "0 to 10");
        Require(PopulationDecay is >= 1 and <= 100, PopulationDecay, "1 to 100");
        Require(KeptElites is >= 0 and <= 1, KeptElites, "0 to 1");
        Require(Temperature > 0 && double.IsFinite(Temperature), Temperature, "above 0 and finite");
        Require(DisagreementPenalty >= 0 && double.IsFinite(DisagreementPenalty), DisagreementPenalty, "at least 0 and finite");
        Require(PriorShare is >= 0 and <= 1, PriorShare, "0 to 1");
    }

    private static void Require<T>(bool holds, T value, string range, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (!holds)
            throw new UserErrorException(FormattableString.Invariant(
                $"The planner's {JsonNamingPolicy.SnakeCaseLower.ConvertName(option)} is {value}; give {range}."));
    }
}
