using Robotics.Core.Randomness;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Probes;
using Robotics.Studies.Forecasts;
using Robotics.Studies.Worlds;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.SequenceModels;

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

        var probe = LinearProbe.Fit(rows, targets, 1e-8);
        var read = probe.Read([1, 4, 3]);
        Assert.Equal(-2, read[0], 0.02);
        Assert.Equal(4, read[1], 0.001);
        Assert.Equal(0.1, probe.ResidualStd[0], 0.01);
    }

    [Fact]
    public void RankedScore_LargeSampleOfANormal_ApproachesTheClosedForm()
    {
        var random = RandomKey.FromSeed(2).OpenStream();
        var sample = new double[20000];
        for (var i = 0; i < sample.Length; i++)
            sample[i] = 1 + (2 * random.NextGaussian());
        Assert.Equal(
            ContinuousRankedProbabilityScore.FromGaussian(1, 2, 2.5), ContinuousRankedProbabilityScore.FromSample(sample, 2.5), 0.02);
        Assert.Equal(2 * (Math.Sqrt(2 / Math.PI) - (1 / Math.Sqrt(Math.PI))), ContinuousRankedProbabilityScore.FromGaussian(0, 2, 0), 6);
        Assert.Equal(0.6024413576276164, ContinuousRankedProbabilityScore.FromGaussian(0, 1, 1), 14); // 2Φ(1) − 1 + 2φ(1) − 1/√π
        Assert.Equal(3, ContinuousRankedProbabilityScore.FromSample([4], 1));
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
        using var study = new TurningObjectExperiment(new TurningObjectOptions(6, 4, 2, 45, 5, 20), RandomKey.FromSeed(1));
        study.Train(
            TurningObjectExperiment.Sizes(SequenceModelKind.Rssm), TurningObjectExperiment.Training(5, overshooting: 2), null,
            TestContext.Current.CancellationToken);
        var found = study.Measure([0, 10], TestContext.Current.CancellationToken);
        Assert.Equal(2, found.Count);
        Assert.Equal(0, found[0].HoldLast);
        Assert.True(found[1].HoldLast > 0.1);
        Assert.True(found[1].Kalman < found[1].HoldLast);
        Assert.All(found, f => Assert.InRange(f.Calibrated.Coverage[0], 0, 1));
        Assert.All(found, f => Assert.True(f.Own.Width > 0));
        Assert.True(double.IsFinite(study.Bound().Elbo));
    }

    [Fact]
    public void Calibrate_DrawsThatAreTooNarrow_CoverNineTenthsAfterwards()
    {
        var random = RandomKey.FromSeed(3).OpenStream();
        var cases = new List<(double[][][] Samples, double[][] Truth)>();
        for (var i = 0; i < 2000; i++)
        {
            var centre = random.NextGaussian();
            cases.Add(([[Gaussians(ref random, centre, 0.3)], [Gaussians(ref random, centre, 1)]],
                [[centre + (0.5 * random.NextGaussian())], [centre + (3 * random.NextGaussian())]]));
        }

        var calibration = ForecastCalibration.Fit(cases.Take(1000).ToList(), RandomKey.FromSeed(4));
        Assert.Equal(0.4, calibration.Residual[0], 0.03);
        Assert.Equal(1, calibration.Scale[0][0], 0.1);
        Assert.Equal(3 / Math.Sqrt(1.16), calibration.Scale[1][0], 0.3);
        for (var age = 0; age < 2; age++)
        {
            var inside = 0;
            foreach (var (draws, truth) in cases.Skip(1000))
            {
                var forecast = calibration.Apply(age, draws[age], ref random)[0];
                Array.Sort(forecast);
                inside += truth[age][0] >= forecast[10] && truth[age][0] <= forecast[189] ? 1 : 0;
            }

            Assert.InRange(inside, 860, 940);
        }
    }

    [Fact]
    public void Append_DecodedPicture_TellsItsBrightCentre()
    {
        using var scope = NewDisposeScope();
        using var model = SequenceModel.Create(
            new TurningObjectWorld().Layout, TurningObjectExperiment.Sizes(SequenceModelKind.Rssm), RandomKey.FromSeed(5));
        var features = randn(3, model.FeatureDimension);
        var seen = DecodedCentroid.Append(model, features);
        var image = (model.Decoder.Decode(0, features)[1, 0] + 0.5).clamp_min(0).square();
        var column = (image.sum(0L) * (((arange(16) * 2) - 15) / 16f)).sum() / image.sum();
        Assert.Equal([3, model.FeatureDimension + 2], seen.shape);
        Assert.Equal(column.item<float>(), seen[1, model.FeatureDimension].item<float>(), 1e-4f);
    }

    private static double[] Gaussians(ref RandomStream random, double mean, double std)
    {
        var values = new double[200];
        for (var i = 0; i < values.Length; i++)
            values[i] = mean + (std * random.NextGaussian());
        return values;
    }
}
