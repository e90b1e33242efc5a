using System.Globalization;
using Robotics.Reporting.Numbers;

namespace Robotics.Studies.Mechanism;

/// <summary>A figure over seeds: the mean with the 95 % interval of Student's t. Immutable.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="HalfWidth">Half of the interval; NaN for one seed.</param>
internal readonly record struct SeedFigure(double Mean, double HalfWidth)
{
    /// <summary>The lower end.</summary>
    public double Low => Mean - HalfWidth;

    /// <summary>The upper end.</summary>
    public double High => Mean + HalfWidth;

    /// <summary>Over the given seeds.</summary>
    public static SeedFigure From(IReadOnlyList<double> values) => new(Statistics.Mean(values), Statistics.StudentHalfWidth(values));

    /// <inheritdoc/>
    public override string ToString() => ToString("F3");

    /// <summary>Mean and half-width in one format.</summary>
    public string ToString(string format) => double.IsNaN(HalfWidth)
        ? Mean.ToString(format, CultureInfo.InvariantCulture)
        : $"{Mean.ToString(format, CultureInfo.InvariantCulture)} ± {HalfWidth.ToString(format, CultureInfo.InvariantCulture)}";
}
