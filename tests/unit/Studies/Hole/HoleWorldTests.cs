using Robotics.Core.Randomness;
using Robotics.Studies.Hole;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Tests.Unit.Studies;

public class HoleWorldTests
{
    [Fact]
    public void Draw_ManyTransitions_LeavesTheHoleAndHasTheNoise()
    {
        var data = HoleWorld.Draw(20_000, RandomKey.FromSeed(3));
        Assert.DoesNotContain(data.Observations, x => Math.Abs(x) is < 1.499f or > 3.001f);
        var standardised = Enumerable.Range(0, data.Count).Select(i =>
        {
            var x = (double)data.Observations[i];
            return (data.NextObservations[i] - x - HoleWorld.Change(x, data.Actions[i])) / HoleWorld.Noise(x);
        }).ToList();
        Assert.Equal(0, standardised.Average(), 0.03);
        Assert.Equal(1, standardised.Average(e => e * e), 0.03);
    }

    [Fact]
    public void Measurement_OfAShortTraining_SpeaksOfKnownStatesAndOfTheHole()
    {
        var options = new EnsembleOptions { Members = 3, Hidden = [8], Epochs = 1, WeightDecay = [0, 0] };
        var found = HoleMeasurement.From(options, 320, 5, new Progress<double>(), CancellationToken.None);
        Assert.Equal(10, found.Updates);
        Assert.Equal((-3, 3), (found.Grid[0], found.Grid[^1]));
        Assert.Equal(50, found.NoiseRatios.Count);
        Assert.Equal(found.NoiseRatios.Max(r => Math.Abs(r - 1)), found.WorstNoiseError);
        Assert.True(found.SpreadRatio > 0 && found.MeanNoiseError <= found.WorstNoiseError);
    }
}
