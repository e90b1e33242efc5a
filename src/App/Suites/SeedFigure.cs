using System.Globalization;
using Robotics.Learning;

namespace Robotics.App.Suites;

/// <summary>A figure over seeds: the mean with the 95 % interval of Student's t. Immutable.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="HalfWidth">Half of the interval; NaN for one seed.</param>
internal readonly record struct SeedFigure(double Mean, double HalfWidth)
{
    /// <summary>Two-sided 95 % quantiles for 1 to 20 degrees of freedom.</summary>
    private static readonly double[] T95 =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
        2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
    ];

    /// <summary>The lower end.</summary>
    public double Low => Mean - HalfWidth;

    /// <summary>The upper end.</summary>
    public double High => Mean + HalfWidth;

    /// <summary>Over the given seeds.</summary>
    public static SeedFigure Of(IReadOnlyList<double> values) => new(
        Statistics.Mean(values),
        values.Count < 2 ? double.NaN : (values.Count - 2 < T95.Length ? T95[values.Count - 2] : 1.96) * Statistics.StandardDeviation(values) / Math.Sqrt(values.Count));

    /// <inheritdoc/>
    public override string ToString() => ToString("F3");

    /// <summary>Mean and half-width in one format.</summary>
    public string ToString(string format) => double.IsNaN(HalfWidth)
        ? Mean.ToString(format, CultureInfo.InvariantCulture)
        : $"{Mean.ToString(format, CultureInfo.InvariantCulture)} ± {HalfWidth.ToString(format, CultureInfo.InvariantCulture)}";
}
