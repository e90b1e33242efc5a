using Robotics.Core;
using Robotics.StateEstimation;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.StateEstimation;

public class ReadoutTests
{
    [Fact]
    public void Fit_LinearTargetsWithNoise_FindsMapAndErrorSize()
    {
        var random = RandomKey.FromSeed(1).OpenStream();
        var (rows, targets) = (new List<float[]>(), new List<double[]>());
        for (var i = 0; i < 4000; i++)
        {
            float[] x = [(float)random.NextGaussian(), 5 + (float)random.NextGaussian(), 3];
            rows.Add(x);
            targets.Add([(2 * x[0]) - x[1] + (0.1 * random.NextGaussian()), x[1]]);
        }

        var readout = RidgeReadout.Fit(rows, targets, 1e-8);
        var read = readout.Read([1, 4, 3]);
        Assert.Equal(-2, read[0], 0.02);
        Assert.Equal(4, read[1], 0.001);
        Assert.Equal(0.1, readout.ResidualDeviation[0], 0.01);
    }

    [Fact]
    public void RankedScore_LargeSampleOfANormal_ApproachesTheClosedForm()
    {
        var random = RandomKey.FromSeed(2).OpenStream();
        var sample = new double[20000];
        for (var i = 0; i < sample.Length; i++)
            sample[i] = 1 + (2 * random.NextGaussian());
        Assert.Equal(RankedScore.OfGaussian(1, 2, 2.5), RankedScore.OfSample(sample, 2.5), 0.02);
        Assert.Equal(2 * (Math.Sqrt(2 / Math.PI) - (1 / Math.Sqrt(Math.PI))), RankedScore.OfGaussian(0, 2, 0), 6);
        Assert.Equal(3, RankedScore.OfSample([4], 1));
    }

    [Fact]
    public void Hide_FromAStepOn_LeavesEarlierReadings()
    {
        using var scope = NewDisposeScope();
        var batch = ToyEpisodes.Replay(2).Whole(0, 2, 13, CPU);
        var hidden = batch.Hide(1, t => t > 6);
        Assert.Equal(6, hidden.Modalities[1].KeptRows.shape[0]);
        Assert.Equal(6f, hidden.Modalities[1].Kept.sum().item<float>());
        Assert.Equal(batch.Modalities[1].Count, hidden.Modalities[1].Count);
        Assert.Equal(26, hidden.Modalities[0].KeptRows.shape[0]);
    }

    [Fact]
    public void Measure_TurningObject_WidensWhileBlindAndScoresEveryHorizon()
    {
        using var study = new TurningObjectStudy(new TurningObjectEffort(6, 2, 45, 5, 20), RandomKey.FromSeed(1));
        study.Train(TurningObjectStudy.Sizes(SequenceModelKind.Rssm), 2, null, TestContext.Current.CancellationToken);
        var found = study.Measure([0, 10], TestContext.Current.CancellationToken);
        Assert.Equal(2, found.Count);
        Assert.Equal(0, found[0].HoldLast);
        Assert.True(found[1].HoldLast > 0.1);
        Assert.True(found[1].Kalman < found[1].HoldLast);
        Assert.All(found, f => Assert.InRange(f.Coverage[0], 0, 1));
        Assert.True(double.IsFinite(study.Bound().Elbo));
    }
}
