using Robotics.Core;
using Robotics.Learning;

namespace Robotics.Tests.Unit.Learning;

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

    [Fact]
    public void LearningCurve_CurvesOfUnequalLength_UsesWhatThereIs()
    {
        var curve = new LearningCurve(
            new Dictionary<ulong, IReadOnlyList<double>> { [2] = [0, 10, 20], [1] = [2, 20], [3] = [4, 30] }, RandomKey.FromSeed(0));
        Assert.Equal([1ul, 2ul, 3ul], curve.Seeds.Keys);
        Assert.Equal((3, 20.0, 20.0, 10.0, 30.0), (curve.Points[1].Seeds, curve.Points[1].Mean, curve.Points[1].Median, curve.Points[1].Minimum, curve.Points[1].Maximum));
        Assert.Equal((1, 20.0), (curve.Points[2].Seeds, curve.Points[2].Mean));
        Assert.Equal(((2 + 20) / 2.0 / 2) + ((20 + 20) / 2.0 / 2), curve.MeanArea, 12);
    }

    [Fact]
    public void Quantile_BetweenOrderStatistics_Interpolates() => Assert.Equal(2.5, Statistics.Quantile([4, 1, 3, 2], 0.5));
}
