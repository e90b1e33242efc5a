using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Learning.Calibration;

/// <summary>Options of the coverage of a model's predictive intervals. Immutable; thread-safe.</summary>
public sealed record CoverageOptions : IValidatable
{
    /// <summary>Prediction horizons, steps, ascending, 1 or more. Default: 1, 5, 25.</summary>
    public int[] Horizons { get; init; } = [1, 5, 25];

    /// <summary>Nominal levels of the central intervals, above 0 and below 1. Default: 0.5 and 0.9.</summary>
    public double[] Levels { get; init; } = [0.5, 0.9];

    /// <summary>Steps between the starts of two predictions, 1 or more. Default: 5.</summary>
    [Range(1, int.MaxValue)]
    public int Stride { get; init; } = 5;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the parameter's name is the property's.</exception>
    public void Validate()
    {
        OptionRange.Check(this);
        if (Horizons.Length == 0 || Horizons[0] < 1 || !Horizons.SequenceEqual(Horizons.Distinct().Order()))
            throw new ArgumentOutOfRangeException(nameof(Horizons), "must be 1 or more, ascending");
        if (Levels.Length == 0 || Levels.Any(l => l is not (> 0 and < 1)))
            throw new ArgumentOutOfRangeException(nameof(Levels), "must lie between 0 and 1");
    }
}
