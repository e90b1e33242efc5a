using Robotics.Core.Numerics;
using Robotics.Core.Randomness;
using Robotics.StateEstimation.Kalman;
using Robotics.Studies.Structure;
using Robotics.Studies.Worlds;

namespace Robotics.Tests.Unit.Studies;

public sealed class StructureTests
{
    private const int Steps = 8;
    private static readonly LinearGaussianModel Model = LinearGaussianWorld.Oscillator();

    [Fact]
    public void Elbo_ExactPosteriorAsChain_IsTheLogLikelihood()
    {
        var sequence = Draw(1)[0];
        var trace = new KalmanFilter(Model).Run(sequence.Steps);
        var smoothed = KalmanSmoother.Run(trace);

        Assert.Equal(trace.LogLikelihood, Chain(smoothed).Elbo(Model, Readings(sequence)), 9);
    }

    [Fact]
    public void Divergence_WiderFamilies_LoseLessAndTheFullChainNothing()
    {
        var meanField = SmoothingOptimum.Kl(Model, Steps, PosteriorStructure.MeanField);
        var markovian = SmoothingOptimum.Kl(Model, Steps, PosteriorStructure.Markovian);
        var structured = SmoothingOptimum.Kl(Model, Steps, PosteriorStructure.Structured);

        Assert.True(meanField > markovian && markovian > structured);
        Assert.Equal(0, structured, 10);
    }

    [Fact]
    public void Chain_FilteringOptimum_CannotBeImprovedAndStaysBelowTheLogLikelihood()
    {
        var sequences = Draw(400);
        var optimum = new FilteringOptimum(Model, Steps);
        var best = sequences.Average(s => optimum.Chain(s.Steps).Elbo(Model, Readings(s)));

        (double Gain, double Offset, double Factor)[] changes =
            [(0.05, 1.0, 1.0), (-0.05, 1, 1), (0, 1.1, 1), (0, 0.9, 1), (0, 1, 1.1), (0, 1, 0.9)];
        foreach (var (gain, offset, factor) in changes)
        {
            var other = sequences.Average(s => Changed(optimum.Chain(s.Steps), gain, offset, factor).Elbo(Model, Readings(s)));
            Assert.True(other < best, $"gain + {gain}, offset × {offset}, factor × {factor}: {other} is above {best}.");
        }

        Assert.True(best < sequences.Average(s => new KalmanFilter(Model).LogLikelihood(s.Steps)));
    }

    [Theory]
    [InlineData(PosteriorStructure.MeanField)]
    [InlineData(PosteriorStructure.Markovian)]
    [InlineData(PosteriorStructure.Structured)]
    [InlineData(PosteriorStructure.Filtering)]
    public void RunLinear_LearnedFamily_ComesCloseToItsOptimum(PosteriorStructure structure)
    {
        var study = new StructureExperiment(Steps, 100, new ChainTrainingOptions { Updates = 400, BatchSize = 32, LearningRate = 0.05 });

        var found = study.RunLinear(structure, RandomKey.FromSeed(1), TestContext.Current.CancellationToken);

        Assert.InRange(found.OptimumPerStep - found.ElboPerStep, -0.02, 0.04);
    }

    private static GaussianChain Changed(GaussianChain chain, double gain, double offset, double factor) => new(
        [.. chain.Offsets.Select(b => b.Select(v => v * offset).ToArray())],
        [.. chain.Gains.Select(a => a + DenseMatrix.Identity(2, gain))],
        [.. chain.Factors.Select(l => DenseMatrix.Identity(2, factor) * l)]);

    /// <summary>p(x_t | x_{t−1}, y) from the smoother's moments.</summary>
    private static GaussianChain Chain(SmoothedTrace smoothed)
    {
        var (offsets, gains, factors) = (new List<double[]>(), new List<DenseMatrix>(), new List<DenseMatrix>());
        for (var t = 0; t < smoothed.States.Count; t++)
        {
            var (state, gain, covariance) = (smoothed.States[t], new DenseMatrix(2, 2), smoothed.States[t].Covariance);
            var offset = state.Mean;
            if (t > 0)
            {
                var before = smoothed.States[t - 1];
                var cross = smoothed.Gains[t - 1] * covariance;
                gain = Cholesky.From(before.Covariance).Solve(cross).Transposed();
                covariance -= gain * cross;
                covariance.Symmetrize();
                offset = [.. state.Mean.Zip(gain * before.Mean, (a, b) => a - b)];
            }

            var factor = Cholesky.From(covariance).Factor;
            factor[0, 1] = 0;
            offsets.Add(offset);
            gains.Add(gain);
            factors.Add(factor);
        }

        return new GaussianChain(offsets, gains, factors);
    }

    private static RecordedSequence[] Draw(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new LinearGaussianWorld(Model).Sample(Steps, RandomKey.FromSeed((ulong)i)))];

    private static double[][] Readings(RecordedSequence sequence) => [.. sequence.Steps.Select(s => s.Readings[0]!)];
}
