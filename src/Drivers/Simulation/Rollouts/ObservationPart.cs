using Robotics.Core.Spaces;

namespace Robotics.Drivers.Simulation.Rollouts;

/// <summary>
/// Consecutive elements of an observation. Those with a quantity are read from the simulated state after each step; those
/// without one keep the value that the belief gives them.
/// </summary>
/// <param name="Quantity">Source of the values; null for constants.</param>
/// <param name="Dimension">Dimension.</param>
public sealed record ObservationPart(Quantity? Quantity, int Dimension)
{
    /// <summary>The elements of a quantity.</summary>
    public static ObservationPart From(Quantity quantity) => new(quantity, quantity.Dimension);

    /// <summary>Elements that a rollout does not change.</summary>
    public static ObservationPart Fixed(int dimension) => new(null, dimension);
}
