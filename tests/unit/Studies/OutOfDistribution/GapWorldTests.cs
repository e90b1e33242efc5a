using Robotics.Core.Randomness;
using Robotics.Studies.OutOfDistribution;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Tests.Unit.Studies;

public class GapWorldTests
{
    [Fact]
    public void Draw_ManyTransitions_LeavesTheGapAndHasTheNoise()
    {
        var data = GapWorld.Sample(20_000, RandomKey.FromSeed(3));
        Assert.DoesNotContain(data.Observations, x => Math.Abs(x) is < 1.499f or > 3.001f);
        var standardised = Enumerable.Range(0, data.Count).Select(i =>
        {
            var x = (double)data.Observations[i];
            return (data.NextObservations[i] - x - GapWorld.Change(x, data.Actions[i])) / GapWorld.Noise(x);
        }).ToList();
        Assert.Equal(0, standardised.Average(), 0.03);
        Assert.Equal(1, standardised.Average(e => e * e), 0.03);
    }

    [Fact]
    public void Measurement_OfAShortTraining_SpeaksOfKnownStatesAndOfTheGap()
    {
        var options = new EnsembleOptions { Members = 3, Hidden = [8], Epochs = 1, WeightDecay = [0, 0] };
        var found = GapMeasurement.Measure(options, 320, 5, new Progress<double>(), CancellationToken.None);
        Assert.Equal(10, found.Updates);
        Assert.Equal((-3, 3), (found.Grid[0], found.Grid[^1]));
        Assert.Equal(50, found.NoiseRatios.Count);
        Assert.Equal(found.NoiseRatios.Max(r => Math.Abs(r - 1)), found.MaximumNoiseError);
        Assert.True(found.EpistemicRatio > 0 && found.MeanNoiseError <= found.MaximumNoiseError);
    }
}
