using Robotics.Core.Randomness;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Tests.Unit.WorldModel;

public class EnsembleStatisticsTests
{
    [Fact]
    public void TruncatedNormal_ManyDraws_StaysWithinTwoDeviationsWithTheKnownSpread()
    {
        var draws = TruncatedNormal.Sample(100_000, 0.5, RandomKey.FromSeed(3));
        Assert.True(draws.Max(Math.Abs) <= 1);
        Assert.Equal(0.5 * 0.87962566, Math.Sqrt(draws.Average(d => (double)d * d)), 0.002);
    }

    [Fact]
    public void InputStatistics_ConstantColumn_HasUnitSpread()
    {
        var statistics = InputStatistics.From([1f, 0.1f, 3f, 0.1f, 5f, 0.1f], 2);
        Assert.Equal([3f, 0.1f], statistics.Mean);
        Assert.Equal([(float)Math.Sqrt(8.0 / 3), 1f], statistics.StandardDeviation);
    }

    [Theory]
    [InlineData(0, 32, nameof(EnsembleOptions.Members))]
    [InlineData(5, 0, nameof(EnsembleOptions.BatchSize))]
    public void Validate_OutOfRange_NamesTheOption(int members, int batch, string name)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(new EnsembleOptions { Members = members, BatchSize = batch }.Validate);
        Assert.Equal(name, error.ParamName);
    }

    [Fact]
    public void LayerDecay_Default_IsThePublishedOneForThreeHiddenLayers() =>
        Assert.Equal([0.00025, 0.0005, 0.0005, 0.00075], new EnsembleOptions().LayerDecay());
}
