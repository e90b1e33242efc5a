using System.Globalization;
using Robotics.Reporting.Numbers;

namespace Robotics.Studies.Mechanism;

/// <summary>Mean over seeds with its 95 % interval by Student's t. Immutable.</summary>
/// <param name="Mean">Mean over seeds.</param>
/// <param name="HalfWidth">Half-width of the interval; NaN for one seed.</param>
internal readonly record struct SeedMetric(double Mean, double HalfWidth)
{
    /// <summary>Lower end of the interval.</summary>
    public double Low => Mean - HalfWidth;

    /// <summary>Upper end of the interval.</summary>
    public double High => Mean + HalfWidth;

    /// <summary>Mean and interval of one value per seed.</summary>
    public static SeedMetric From(IReadOnlyList<double> values) => new(Statistics.Mean(values), Statistics.StudentHalfWidth(values));

    /// <inheritdoc/>
    public override string ToString() => ToString("F3");

    /// <summary>Mean and half-width in one number format.</summary>
    public string ToString(string format) => double.IsNaN(HalfWidth)
        ? Mean.ToString(format, CultureInfo.InvariantCulture)
        : $"{Mean.ToString(format, CultureInfo.InvariantCulture)} ± {HalfWidth.ToString(format, CultureInfo.InvariantCulture)}";
}
