using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;
using Robotics.Core.Randomness;
using Measures = MathNet.Numerics.Statistics.Statistics;

namespace Robotics.Reporting.Numbers;

/// <summary>A closed interval. Immutable.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Interval(double Low, double High);

/// <summary>Statistics over repetitions. Pure; thread-safe.</summary>
public static class Statistics
{
    /// <summary>The standard normal quantile of a two-sided 95 % interval.</summary>
    private const double Z95 = 1.959963984540054;

    /// <summary>The mean.</summary>
    public static double Mean(IReadOnlyList<double> values) => values.Average();

    /// <summary>The standard deviation with n − 1; 0 for a single value.</summary>
    public static double StandardDeviation(IReadOnlyList<double> values) => values.Count < 2 ? 0 : Measures.StandardDeviation(values);

    /// <summary>
    /// The quantile of a probability, interpolated linearly between order statistics (Hyndman and Fan 1996, "Sample quantiles in
    /// statistical packages", definition 7).
    /// </summary>
    /// <param name="values">At least one value, in any order.</param>
    /// <param name="probability">0 to 1.</param>
    public static double Quantile(IReadOnlyList<double> values, double probability) =>
        SortedArrayStatistics.QuantileCustom([.. values.Order()], probability, QuantileDefinition.R7);

    /// <summary>The median.</summary>
    public static double Median(IReadOnlyList<double> values) => Quantile(values, 0.5);

    /// <summary>
    /// Spearman's rank correlation (Spearman 1904, "The proof and measurement of association between two things"): Pearson's
    /// correlation of the ranks, equal values sharing the mean of their ranks. NaN when all values of one side are equal.
    /// </summary>
    /// <param name="first">The values.</param>
    /// <param name="second">As many others, in the same order.</param>
    public static double RankCorrelation(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(first.Count, second.Count);
        return Correlation.Spearman(first, second);
    }

    /// <summary>
    /// The 95 % score interval of a share (Wilson 1927, "Probable inference, the law of succession, and statistical inference"):
    /// right for small counts and for shares of 0 and 1.
    /// </summary>
    /// <param name="successes">Number of successes.</param>
    /// <param name="count">Out of how many, at least 1.</param>
    public static Interval WilsonInterval(int successes, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var (p, n, z2) = ((double)successes / count, (double)count, Z95 * Z95);
        var centre = (p + (z2 / (2 * n))) / (1 + (z2 / n));
        var half = Z95 / (1 + (z2 / n)) * Math.Sqrt((p * (1 - p) / n) + (z2 / (4 * n * n)));
        return new Interval(successes == 0 ? 0 : centre - half, successes == count ? 1 : centre + half);
    }

    /// <summary>
    /// Half the width of the 95 % interval of the mean by Student's t (Student 1908, "The probable error of a mean"), for a few values
    /// that are about normal. NaN for a single one.
    /// </summary>
    public static double StudentHalfWidth(IReadOnlyList<double> values) => values.Count < 2
        ? double.NaN
        : StudentT.InvCDF(0, 1, values.Count - 1, 0.975) * StandardDeviation(values) / Math.Sqrt(values.Count);

    /// <summary>
    /// The 95 % interval of the mean by the percentile bootstrap (Efron 1979): the same key gives the same interval.
    /// </summary>
    /// <param name="values">At least one value.</param>
    /// <param name="key">The randomness of the resampling.</param>
    /// <param name="resamples">Number of bootstrap samples. Default: 2000.</param>
    public static Interval BootstrapInterval(IReadOnlyList<double> values, RandomKey key, int resamples = 2000)
    {
        var random = key.OpenStream();
        var means = new double[resamples];
        for (var r = 0; r < resamples; r++)
        {
            for (var i = 0; i < values.Count; i++)
                means[r] += values[random.NextInt32(values.Count)] / values.Count;
        }

        return new Interval(Quantile(means, 0.025), Quantile(means, 0.975));
    }
}
