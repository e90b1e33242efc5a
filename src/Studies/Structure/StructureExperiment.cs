using Robotics.Core.Randomness;
using Robotics.StateEstimation.Kalman;
using Robotics.Studies.Worlds;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Studies.Structure;

/// <summary>Result of one family on the test sequences. Immutable.</summary>
/// <param name="Structure">The family.</param>
/// <param name="ElboPerStep">Trained evidence lower bound, nats per step.</param>
/// <param name="OptimumPerStep">The family's closed-form optimum on the same sequences; NaN where there is none.</param>
/// <param name="LogLikelihoodPerStep">Log-likelihood of the same sequences, exact or by particles, nats per step.</param>
/// <param name="StateError">Root mean square error of the posterior's mean.</param>
public sealed record StructureResult(
    PosteriorStructure Structure, double ElboPerStep, double OptimumPerStep, double LogLikelihoodPerStep, double StateError);

/// <summary>
/// Comparison of variational posteriors by structure, with the true generative parameters: each family is trained, then measured on the
/// test sequences and compared with its closed-form optimum and the exact posterior. Uses the calling thread; offline.
/// </summary>
/// <param name="steps">T, length of sequences.</param>
/// <param name="testSequences">Number of test sequences.</param>
/// <param name="training">Training options of each family.</param>
public sealed class StructureExperiment(int steps, int testSequences, ChainTrainingOptions training)
{
    private const int Hidden = 32;
    private const double RecurrentLearningRate = 0.01;
    private const int SamplesEach = 32;
    private const int Particles = 4000;

    /// <summary>On the oscillator, which has closed-form references.</summary>
    public StructureResult RunLinear(PosteriorStructure structure, RandomKey key, CancellationToken cancellationToken)
    {
        var world = new LinearGaussianWorld(LinearGaussianWorld.Oscillator());
        using var model = new DifferentiableLinearModel(world.Model);
        using var posterior = Seeded(key, () => new LinearChainPosterior(structure, steps, model.StateDimension, model.ReadingDimension));
        var trainer = new ChainTrainer(posterior, model, k => world.Sample(steps, k), training);
        trainer.Train(key.Derive("training"), cancellationToken);
        var sequences = Sample(k => world.Sample(steps, k), key);
        var chains = trainer.Chains(sequences);
        var filter = new KalmanFilter(world.Model);
        var likelihood = sequences.Average(s => filter.LogLikelihood(s.Steps)) / steps;
        var elbo = chains.Zip(sequences, (chain, s) => chain.Elbo(world.Model, Readings(s))).Average() / steps;
        var optimum = Optimum(structure, world.Model, sequences, likelihood);
        return new StructureResult(structure, elbo, optimum, likelihood, Error(chains, sequences));
    }

    /// <summary>On the pendulum, with a particle filter as reference.</summary>
    public StructureResult RunPendulum(PosteriorStructure structure, RandomKey key, CancellationToken cancellationToken)
    {
        var world = new PendulumWorld();
        using var model = new DifferentiablePendulum();
        var (states, readings) = (model.StateDimension, model.ReadingDimension);
        using var posterior = Seeded(key, () => new RecurrentChainPosterior(structure, states, readings, Hidden));
        var options = training with { LearningRate = RecurrentLearningRate };
        var trainer = new ChainTrainer(posterior, model, k => world.Sample(steps, k), options);
        trainer.Train(key.Derive("training"), cancellationToken);
        var sequences = Sample(k => world.Sample(steps, k), key);
        var filter = new ParticleFilter(world, Particles);
        var particles = key.Derive("particles");
        var likelihood = sequences.Take(testSequences / 4)
            .Select((s, i) => filter.Run(s.Steps, particles.Derive((ulong)i)).LogLikelihood).Average() / steps;
        var elbo = SampledElbo(trainer, sequences, key);
        return new StructureResult(structure, elbo, double.NaN, likelihood, Error(trainer.Chains(sequences), sequences));
    }

    private static T Seeded<T>(RandomKey key, Func<T> make)
    {
        using var random = TorchRandom.Scope(key.Derive("weights").Value);
        return make();
    }

    private RecordedSequence[] Sample(Func<RandomKey, RecordedSequence> sample, RandomKey key) =>
        [.. Enumerable.Range(0, testSequences).Select(i => sample(key.Derive("held-out").Derive((ulong)i)))];

    private double SampledElbo(ChainTrainer trainer, RecordedSequence[] sequences, RandomKey key)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var random = TorchRandom.Scope(key.Derive("samples").Value);
        var readings = ChainTrainer.Readings(sequences);
        return Enumerable.Range(0, SamplesEach).Average(_ => trainer.Elbo(readings).mean().item<float>()) / steps;
    }

    private double Optimum(PosteriorStructure structure, LinearGaussianModel model, RecordedSequence[] sequences, double likelihood)
    {
        if (structure != PosteriorStructure.Filtering)
            return likelihood - (SmoothingOptimum.Kl(model, steps, structure) / steps);
        var optimum = new FilteringOptimum(model, steps);
        return sequences.Average(s => optimum.Chain(s.Steps).Elbo(model, Readings(s))) / steps;
    }

    private static double Error(IReadOnlyList<GaussianChain> chains, RecordedSequence[] sequences)
    {
        return Math.Sqrt(chains.Zip(sequences, (chain, s) => chain.Means().Zip(s.States, SquaredDistance).Average()).Average());

        static double SquaredDistance(double[] mean, double[] truth) => mean.Zip(truth, (a, b) => (a - b) * (a - b)).Sum();
    }

    private static double[][] Readings(RecordedSequence sequence) => [.. sequence.Steps.Select(s => s.Readings[0]!)];
}
