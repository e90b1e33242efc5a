using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Spaces;
using Robotics.Learning.Calibration;
using Robotics.Reporting.Numbers;
using Robotics.Tests.Unit.Reporting;
using Robotics.Tests.Unit.WorldModel;

namespace Robotics.Tests.Unit.Learning;

public class CoverageEvaluatorTests
{
    private const double Decay = 0.8;
    private const double Noise = 0.3;
    private static readonly CoverageOptions Options = new() { Stride = 1 };

    [Fact]
    public void Evaluate_ModelIsTheProcess_CoversItsLevelsAtEveryHorizon()
    {
        var table = Evaluate(new Process(Noise), Plain);
        foreach (var horizon in Options.Horizons)
        {
            var row = table[horizon, "x"];
            Assert.Equal(0.5, row.Coverage[0], 0.03);
            Assert.Equal(0.9, row.Coverage[1], 0.02);
            Assert.True(row.CalibrationError < 0.03, $"{row.CalibrationError}");
            var spread = Noise * Math.Sqrt((1 - Math.Pow(Decay, 2 * horizon)) / (1 - (Decay * Decay)));
            Assert.Equal(spread, row.MeanSpread, 0.04 * spread);
            Assert.Equal(row.Coverage, table[horizon].Coverage);
        }
    }

    [Fact]
    public void Evaluate_OverconfidentModel_CoversAsTheNormalDistributionSays()
    {
        var row = Evaluate(new Process(Noise / 2), Plain)[1, "x"];
        Assert.Equal(0.264, row.Coverage[0], 0.03); // P(|z| < 0.674 / 2)
        Assert.Equal(0.589, row.Coverage[1], 0.04); // P(|z| < 1.645 / 2)
        Assert.True(row.CalibrationError > 0.15);
    }

    [Fact]
    public void Evaluate_RecordedEpisode_RelatesErrorsToChanges()
    {
        var episode = TestEpisode.From(SampleReport.Swing(3000));
        var table = CoverageEvaluator.Evaluate(
            new DriftingRecorder(0.02), SampleReport.Space, 1, [episode], new CoverageOptions(), RandomKey.FromSeed(1));
        Assert.Equal(600, table[1].Samples);
        Assert.Equal(0.5, table[1].Coverage[0], 0.05);
        Assert.Equal(0.9, table[1].Coverage[1], 0.03);
        Assert.InRange(table[1].RelativeError, 0.1, 0.5);
    }

    [Fact]
    public void Evaluate_AngleAcrossTheCut_ComparesWrapped()
    {
        var space = new ObservationSpace([new("x", "rad", ObservationTreatment.Predict, ElementEncoding.SineCosine)]);
        var row = Evaluate(new Process(Noise, 2 * Math.PI), space)[1, "x"];
        Assert.Equal(0.5, row.Coverage[0], 0.03);
        Assert.True(row.RootMeanSquareError < 0.4, $"{row.RootMeanSquareError}");
    }

    [Fact]
    public void Evaluate_ShortEpisodes_LeavesOutTheHorizonThatNoneReaches()
    {
        var table = CoverageEvaluator.Evaluate(
            new Process(Noise), Plain, 1, [new(6, new float[7], new float[6])], Options, RandomKey.FromSeed(1));
        Assert.Equal([1, 5], table.Rows.Select(r => r.HorizonSteps).Distinct());
        Assert.Equal(6, table[1].Samples);
        Assert.Equal(2, table[5].Samples);
        Assert.Contains("| 5 | all | 2 |", table.ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_TrainedEnsembleInTheLoopsEngine_CoversUnseenEpisodes()
    {
        using var learner = ToyTask.Learner(options: ToyTask.Options with { Epochs = 60, Hidden = [32, 32] });
        EnsembleLearnerTests.Train(learner, 1000, 1);
        var unseen = ToyTask.Experience(1500);
        var episodes = Enumerable.Range(1000, 500).Select(i => new TestEpisode(
            1, [.. unseen.Observations.AsSpan(i * 3, 3), .. unseen.NextObservations.AsSpan(i * 3, 3)], [unseen.Actions[i]]));
        var table = CoverageEvaluator.Evaluate(learner.Recorder!, ToyTask.Observations, 1, episodes, Options, RandomKey.FromSeed(13));
        foreach (var (element, noise) in new[] { ("x", 0.01), ("q", 0.02) })
        {
            Assert.Equal(0.5, table[1, element].Coverage[0], 0.1);
            Assert.Equal(0.9, table[1, element].Coverage[1], 0.06);
            Assert.Equal(1, table[1, element].MeanSpread / noise, 0.25);
        }
    }

    private static ObservationSpace Plain => new([new("x", "m", ObservationTreatment.Predict)]);

    private static CoverageTable Evaluate(Process model, ObservationSpace space)
    {
        var truth = RandomKey.FromSeed(11).OpenStream();
        var episodes = Enumerable.Range(0, 40).Select(_ =>
        {
            var x = new float[101];
            for (var t = 0; t < 100; t++)
                x[t + 1] = (float)((Decay * x[t]) + (Noise * truth.NextGaussian()));
            return new TestEpisode(100, x, new float[100]);
        }).ToList();
        return CoverageEvaluator.Evaluate(model, space, 1, episodes, Options, RandomKey.FromSeed(12));
    }

    /// <summary>x ← 0.8 x + noise, known in closed form; what it reports may be off by whole turns.</summary>
    private sealed class Process(double noise, double offset = 0) : ITrajectoryRecorder
    {
        public int ParticleCount => 40;

        public void Record(ReadOnlySpan<float> belief, ReadOnlySpan<float> actions, RandomKey key, Span<float> particles)
        {
            var stream = key.OpenStream();
            for (var p = 0; p < ParticleCount; p++)
            {
                var x = (double)belief[0];
                for (var t = 0; t < actions.Length; t++)
                {
                    x = (Decay * x) + (noise * stream.NextGaussian());
                    particles[(t * ParticleCount) + p] = (float)(x + offset);
                }
            }
        }
    }
}
