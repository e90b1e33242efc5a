using Robotics.Core.Numerics;
using Robotics.Core.Randomness;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Layers;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Training;
using Robotics.StateEstimation.Kalman;
using Robotics.Studies.Structure;
using Robotics.Studies.Worlds;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.SequenceModels;

public sealed class ParticleBoundTests
{
    private const int Steps = 25;

    [Fact]
    public void Estimate_TheTrueLinearModel_ApproachesTheExactLogLikelihoodFromBelow()
    {
        using var scope = NewDisposeScope();
        var world = new LinearGaussianWorld(LinearGaussianWorld.Oscillator());
        var sequences = Enumerable.Range(0, 40).Select(i => world.Sample(Steps, RandomKey.FromSeed(5).Derive((ulong)i))).ToArray();
        var filter = new KalmanFilter(world.Model);
        var exact = sequences.Average(s => filter.LogLikelihood(s.Steps)) / Steps;
        var proposal = new MotionProposal(world.Model, ChainTrainer.Readings(sequences), sequences.Length);

        double Bound(int particles, bool resample)
        {
            using var random = TorchRandom.Scope(7);
            return ParticleBound.Estimate(proposal.With(particles), Steps, sequences.Length, particles, resample)
                .mean().item<float>() / Steps;
        }

        var (fivo, iwae, iwaeFew) = (Bound(500, true), Bound(500, false), Bound(20, false));
        Assert.InRange(exact - fivo, -0.005, 0.01);
        Assert.True(iwaeFew < iwae && iwae < fivo, $"{iwaeFew}, {iwae}, {fivo}; exact {exact}");
    }

    [Fact]
    public void Estimate_OneParticleOfAnRssm_IsItsEvidenceLowerBoundWithoutRewards()
    {
        using var scope = NewDisposeScope();
        var replay = ToyEpisodes.Replay(2);
        var model = (RecurrentStateSpaceModel)SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(), RandomKey.FromSeed(1));
        model.SetStatistics(replay);
        var batch = replay.Whole(0, 2, 13, CPU);
        using var random = TorchRandom.Scope(3);
        var mean = Enumerable.Range(0, 200)
            .Average(_ => ParticleBound.Estimate(new RssmProposal(model, batch, 1), 13, 2, 1, false).sum().item<float>()) / 26;
        var parts = Enumerable.Range(0, 200).Select(i => ValidationElbo.Measure(model, replay, RandomKey.FromSeed((ulong)i))).ToArray();
        var expected = parts.Average(p => p.Elbo + p.Reward);

        Assert.InRange(mean / expected, 0.999, 1.001);
    }

    /// <summary>Samples from the true motion, so that the weight is the reading's likelihood: a bootstrap particle filter.</summary>
    private sealed class MotionProposal(LinearGaussianModel model, Tensor readings, int sequences) : IStepProposal
    {
        private readonly DiscreteMotion _motion = (DiscreteMotion)model.Motion;
        private int _particles;

        public MotionProposal With(int particles)
        {
            _particles = particles;
            return this;
        }

        public Tensor Start(int particles) => zeros(particles, 2);

        public (Tensor Carry, Tensor LogWeight) Step(Tensor carry, int step)
        {
            var noise = Cholesky.From(step == 0 ? model.InitialCovariance : _motion.Noise).Factor;
            var state = carry.matmul(From(_motion.Transition).t()) + randn_like(carry).matmul(From(noise).t());
            var reading = readings[step].expand(sequences, 1).repeat_interleave(_particles, 0);
            var seen = state.matmul(From(model.Sensors[0].Observation).t());
            return (state, new DiagonalGaussian(seen, ones_like(seen) * Math.Sqrt(model.Sensors[0].Noise[0, 0]))
                .LogProbability(reading).squeeze(-1));
        }

        private static Tensor From(DenseMatrix matrix) =>
            tensor(matrix.Data.Select(v => (float)v).ToArray(), [matrix.Rows, matrix.Columns]);
    }
}
