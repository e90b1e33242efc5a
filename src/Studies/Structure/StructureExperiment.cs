using Robotics.Core.Randomness;
using Robotics.StateEstimation.Kalman;
using Robotics.Studies.Worlds;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Studies.Structure;

/// <summary>How well a family did on held-out sequences. Immutable.</summary>
/// <param name="Structure">The family.</param>
/// <param name="ElboPerStep">Its learned evidence lower bound, nats a step.</param>
/// <param name="OptimumPerStep">The family's closed-form optimum on the same sequences; NaN where there is none.</param>
/// <param name="LogLikelihoodPerStep">The log-likelihood of the same sequences: exact, or by particles.</param>
/// <param name="StateError">Root mean square error of the posterior's mean.</param>
public sealed record StructureResult(PosteriorStructure Structure, double ElboPerStep, double OptimumPerStep, double LogLikelihoodPerStep, double StateError);

/// <summary>
/// What the structure of a variational posterior is worth, with the generative parameters fixed to the truth: each family is learned,
/// then measured on held-out sequences beside its closed-form optimum and the exact answer. Uses the calling thread; offline.
/// </summary>
/// <param name="steps">T, length of sequences.</param>
/// <param name="heldOut">Sequences to measure on.</param>
/// <param name="training">How each family is learned.</param>
public sealed class StructureExperiment(int steps, int heldOut, ChainTrainingOptions training)
{
    private const int Hidden = 32;
    private const double RecurrentLearningRate = 0.01;
    private const int SamplesEach = 32;
    private const int Particles = 4000;

    /// <summary>On the oscillator, where everything is known in closed form.</summary>
    public StructureResult RunLinear(PosteriorStructure structure, RandomKey key, CancellationToken cancellationToken)
    {
        var world = new LinearGaussianWorld(LinearGaussianWorld.Oscillator());
        using var model = new DifferentiableLinearModel(world.Model);
        using var posterior = Seeded(key, () => new LinearChainPosterior(structure, steps, model.StateDimension, model.ReadingDimension));
        var trainer = new ChainTrainer(posterior, model, k => world.Draw(steps, k), training);
        trainer.Train(key.Derive("training"), cancellationToken);
        var sequences = Draw(k => world.Draw(steps, k), key);
        var chains = trainer.Chains(sequences);
        var filter = new KalmanFilter(world.Model);
        var likelihood = sequences.Average(s => filter.LogLikelihood(s.Steps)) / steps;
        var elbo = chains.Zip(sequences, (chain, s) => chain.Elbo(world.Model, Readings(s))).Average() / steps;
        return new StructureResult(structure, elbo, Optimum(structure, world.Model, sequences, likelihood), likelihood, Error(chains, sequences));
    }

    /// <summary>On the pendulum, with a particle filter as reference.</summary>
    public StructureResult RunPendulum(PosteriorStructure structure, RandomKey key, CancellationToken cancellationToken)
    {
        var world = new PendulumWorld();
        using var model = new DifferentiablePendulum();
        using var posterior = Seeded(key, () => new RecurrentChainPosterior(structure, model.StateDimension, model.ReadingDimension, Hidden));
        var trainer = new ChainTrainer(posterior, model, k => world.Draw(steps, k), training with { LearningRate = RecurrentLearningRate });
        trainer.Train(key.Derive("training"), cancellationToken);
        var sequences = Draw(k => world.Draw(steps, k), key);
        var filter = new ParticleFilter(world, Particles);
        var likelihood = sequences.Take(heldOut / 4).Select((s, i) => filter.Run(s.Steps, key.Derive("particles").Derive((ulong)i)).LogLikelihood).Average() / steps;
        return new StructureResult(structure, SampledElbo(trainer, sequences, key), double.NaN, likelihood, Error(trainer.Chains(sequences), sequences));
    }

    private static T Seeded<T>(RandomKey key, Func<T> make)
    {
        using var random = TorchRandom.Scope(key.Derive("weights").Value);
        return make();
    }

    private RecordedSequence[] Draw(Func<RandomKey, RecordedSequence> draw, RandomKey key) =>
        [.. Enumerable.Range(0, heldOut).Select(i => draw(key.Derive("held-out").Derive((ulong)i)))];

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
            return likelihood - (SmoothingOptimum.Divergence(model, steps, structure) / steps);
        var optimum = new FilteringOptimum(model, steps);
        return sequences.Average(s => optimum.Chain(s.Steps).Elbo(model, Readings(s))) / steps;
    }

    private static double Error(IReadOnlyList<GaussianChain> chains, RecordedSequence[] sequences) =>
        Math.Sqrt(chains.Zip(sequences, (chain, s) => chain.Means().Zip(s.States, (m, x) => m.Zip(x, (a, b) => (a - b) * (a - b)).Sum()).Average()).Average());

    private static double[][] Readings(RecordedSequence sequence) => [.. sequence.Steps.Select(s => s.Readings[0]!)];
}
