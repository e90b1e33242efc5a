using Robotics.Core.Randomness;
using Robotics.Reporting.Numbers;

namespace Robotics.Tests.Unit.Reporting;

public sealed class StatisticsTests
{
    // Values of R's binom.confint(method = "wilson"), rounded to four digits.
    [Theory]
    [InlineData(8, 10, 0.4902, 0.9433)]
    [InlineData(0, 10, 0.0, 0.2775)]
    [InlineData(10, 10, 0.7225, 1.0)]
    [InlineData(50, 100, 0.4038, 0.5962)]
    public void WilsonInterval_KnownCounts_GivesKnownBounds(int successes, int count, double low, double high)
    {
        var interval = Statistics.WilsonInterval(successes, count);
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    // The 97.5 % quantiles of Student's t for 1, 4 and 21 degrees of freedom, from tables; the values' standard deviation is 1.
    [Theory]
    [InlineData(2, 12.7062)]
    [InlineData(5, 2.77645)]
    [InlineData(22, 2.07961)]
    public void StudentHalfWidth_ValuesOfUnitDeviation_IsTheTabledQuantileOverRootN(int count, double quantile)
    {
        double[] raw = [.. Enumerable.Range(0, count).Select(i => (double)i)];
        var std = Statistics.StandardDeviation(raw);
        Assert.Equal(quantile / Math.Sqrt(count), Statistics.StudentHalfWidth([.. raw.Select(v => v / std)]), 4);
        Assert.True(double.IsNaN(Statistics.StudentHalfWidth([1])));
    }

    [Fact]
    public void BootstrapInterval_SameKey_SameIntervalAroundTheMean()
    {
        double[] values = [1, 2, 3, 4, 10];
        var interval = Statistics.BootstrapInterval(values, RandomKey.FromSeed(3));
        Assert.Equal(interval, Statistics.BootstrapInterval(values, RandomKey.FromSeed(3)));
        Assert.InRange(4, interval.Low, interval.High);
        Assert.InRange(interval.Low, 1, 3);
        Assert.InRange(interval.High, 5, 9);
    }

    // The mean of n values drawn with replacement from half zeros and half ones is binomial: of 20, at most 5 ones have probability
    // 0.021 and at most 6 have 0.058, so 6/20 and, by symmetry, 14/20 are the quantiles.
    [Fact]
    public void BootstrapInterval_ZerosAndOnes_GivesTheBinomialQuantiles()
    {
        double[] values = [.. Enumerable.Range(0, 20).Select(i => (double)(i % 2))];
        var interval = Statistics.BootstrapInterval(values, RandomKey.FromSeed(1), resamples: 100_000);
        Assert.Equal(0.3, interval.Low, 9);
        Assert.Equal(0.7, interval.High, 9);
    }

    // For many values it tends to mean ± 1.96 · s / √n, with s over n.
    [Fact]
    public void BootstrapInterval_ManyNormalValues_TendsToTheNormalInterval()
    {
        var random = RandomKey.FromSeed(2).OpenStream();
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => 5 + (2 * random.NextGaussian()))];
        var half = 1.959964 * Statistics.StandardDeviation(values) / Math.Sqrt(400);
        var interval = Statistics.BootstrapInterval(values, RandomKey.FromSeed(3), resamples: 20_000);
        Assert.Equal(1, (interval.High - interval.Low) / (2 * half), 0.03);
        Assert.Equal(Statistics.Mean(values), (interval.Low + interval.High) / 2, 0.03 * half);
    }

    // 1 − 6·Σd²/(n(n² − 1)) where no values are equal; with ties, Pearson's correlation of (1, 2.5, 2.5, 4) and (1, 2, 3, 4).
    [Theory]
    [InlineData(new double[] { 1, 2, 3, 4, 5 }, new double[] { 10, 20, 30, 40, 1e6 }, 1)]
    [InlineData(new double[] { 1, 2, 3, 4, 5 }, new double[] { 2, 1, 4, 3, 5 }, 0.8)]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 3, 2, 1 }, -1)]
    [InlineData(new double[] { 0, 7, 7, 9 }, new double[] { 1, 2, 3, 4 }, 0.9486833)]
    [InlineData(new double[] { 1, 1, 1 }, new double[] { 1, 2, 3 }, double.NaN)]
    public void RankCorrelation_KnownOrders_GivesKnownValues(double[] first, double[] second, double expected) =>
        Assert.Equal(expected, Statistics.RankCorrelation(first, second), 6);

    [Fact]
    public void LearningCurve_CurvesOfUnequalLength_UsesWhatThereIs()
    {
        var curve = new LearningCurve(
            new Dictionary<ulong, IReadOnlyList<double>> { [2] = [0, 10, 20], [1] = [2, 20], [3] = [4, 30] }, RandomKey.FromSeed(0));
        Assert.Equal([1ul, 2ul, 3ul], curve.Seeds.Keys);
        Assert.Equal(
            (3, 20.0, 20.0, 10.0, 30.0),
            (curve.Points[1].Seeds, curve.Points[1].Mean, curve.Points[1].Median, curve.Points[1].Minimum, curve.Points[1].Maximum));
        Assert.Equal((1, 20.0), (curve.Points[2].Seeds, curve.Points[2].Mean));
        Assert.Equal((10.0, 20.0), (curve.Points[1].StandardDeviation, curve.Points[1].BestSoFar));
        Assert.Null(curve.At(3));
        Assert.Equal(((2 + 20) / 2.0 / 2) + ((20 + 20) / 2.0 / 2), curve.MeanArea, 12);
    }

    [Fact]
    public void Quantile_BetweenOrderStatistics_Interpolates() => Assert.Equal(2.5, Statistics.Quantile([4, 1, 3, 2], 0.5));
}
