using FsCheck;
using FsCheck.Fluent;
using Robotics.Core.Threading;

namespace Robotics.Tests.Unit.Core;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Quantile_AnyDurations_IsWithinABucketOfTheExactOne()
    {
        var durations = from exponent in Gen.Choose(0, 40)
                        from mantissa in Gen.Choose(0, 1_000_000)
                        select (long)((1L << exponent) * (1 + (mantissa * 1e-6)));
        Prop.ForAll(durations.NonEmptyListOf().ToArbitrary(), list =>
        {
            var histogram = new LatencyHistogram();
            foreach (var d in list)
                histogram.Record(d);
            var sorted = list.Order().ToList();
            return new[] { 0.01, 0.5, 0.9, 0.99, 1.0 }.All(share =>
            {
                var exact = sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
                var found = histogram.Quantile(share);
                return found >= exact && found <= exact + (exact / 63) + 1;
            }) && histogram.MaximumNanoseconds == sorted[^1] && histogram.Count == sorted.Count
                && Math.Abs(histogram.MeanNanoseconds - sorted.Average()) <= 1e-9 * sorted.Average();
        }).Check(Config.QuickThrowOnFailure.WithReplay(1, 3).WithQuietOnSuccess(true));
    }

    [Fact]
    public void Record_Extremes_AreKept()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(0, histogram.Quantile(0.5));

        histogram.Record(-5);
        histogram.Record(long.MaxValue);

        Assert.Equal(0, histogram.Quantile(0.5));
        Assert.Equal(long.MaxValue, histogram.Quantile(1));
        Assert.Equal([1L, 1L], histogram.Buckets().Select(b => b.Count));
    }
}
