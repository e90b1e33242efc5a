using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Controller.Classical;

/// <summary>Options of <see cref="DampedLeastSquares"/>. Immutable.</summary>
public sealed record DampedLeastSquaresOptions : IValidatable
{
    /// <summary>
    /// λ, m/rad, 1e-6 to 10: motion along singular directions of the Jacobian, those with singular values below it, is damped, and a
    /// step is at most error / 2λ long. Default: 0.02.
    /// </summary>
    [Range(1e-6, 10)]
    public double Damping { get; init; } = 0.02;

    /// <summary>Norm of the error at which a solution counts as found, m, 1e-9 to 1. Default: 1e-4.</summary>
    [Range(1e-9, 1)]
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Maximum number of steps of a solution, 1 to 10000. Default: 100.</summary>
    [Range(1, 10_000)]
    public int MaximumIterations { get; init; } = 100;

    /// <summary>
    /// Maximum change of a joint in a step of a solution, rad or m, 1e-6 to 10; longer steps are scaled down. Default: 0.3.
    /// </summary>
    [Range(1e-6, 10)]
    public double MaximumStep { get; init; } = 0.3;

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
