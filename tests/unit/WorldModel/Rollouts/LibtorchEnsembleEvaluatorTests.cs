using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Terms;
using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Rollouts;
using Robotics.Inference.Weights;
using Robotics.Tests.Unit.Inference;
using Robotics.WorldModel.Rollouts;

namespace Robotics.Tests.Unit.WorldModel;

public class LibtorchEnsembleEvaluatorTests
{
    private const int Horizon = 8;
    private static readonly float[] Belief = [0.4f, 0.3f, 0.1f, -0.2f, 0.5f, 0];

    [Theory]
    [InlineData(Propagation.TSInfinity, 5, 20)]
    [InlineData(Propagation.TSInfinity, 3, 9)]
    [InlineData(Propagation.TS1, 1, 4)]
    public void Evaluate_WithoutNoise_EqualsTheFusedEvaluator(Propagation propagation, int members, int particles)
    {
        const int Population = 11;
        var weights = EnsembleSamples.Random(members) with
        {
            MaximumLogVariance = [-60, -60, -60, -60, -60],
            MinimumLogVariance = [-61, -61, -61, -61, -61],
        };

        var (fused, libtorch) = Evaluate(weights, propagation, particles, Population, EnsembleSamples.EndsAbove(0.6));

        for (var c = 0; c < Population; c++)
        {
            Assert.Equal(RolloutStatus.Ok, libtorch.Status[c]);
            Assert.Equal(fused.Returns[c], libtorch.Returns[c], 1e-4 * Math.Max(1, Math.Abs(fused.Returns[c])));
            Assert.Equal(fused.Disagreement[c], libtorch.Disagreement[c], 1e-3);
        }
    }

    [Theory]
    [InlineData(Propagation.TSInfinity)]
    [InlineData(Propagation.TS1)]
    public void Evaluate_WithNoise_AgreesWithTheFusedEvaluatorInDistribution(Propagation propagation)
    {
        const int Particles = 40000;
        const int Population = 3;

        var (fused, libtorch) = Evaluate(EnsembleSamples.Random(), propagation, Particles, Population, null);

        for (var c = 0; c < Population; c++)
        {
            // Some five standard errors: a particle's return has a std of 5 to 7.
            Assert.Equal(fused.Returns[c], libtorch.Returns[c], 0.2);
            Assert.Equal(fused.Disagreement[c], libtorch.Disagreement[c], 0.05 * fused.Disagreement[c]);
        }
    }

    [Fact]
    public void Evaluate_SameKey_GivesTheSameReturns()
    {
        var (_, first) = Evaluate(EnsembleSamples.Random(), Propagation.TS1, 20, 5, null);
        var (_, second) = Evaluate(EnsembleSamples.Random(), Propagation.TS1, 20, 5, null);

        Assert.Equal(first.Returns, second.Returns);
    }

    [Fact]
    public void Evaluate_AnyNumberOfWorkers_GivesTheSameReturns()
    {
        var results = new List<float[]>();
        foreach (var count in new[] { 1, 3 })
        {
            using var pool = new WorkerPool(count);
            var options = new LibtorchEvaluatorOptions { Reward = EnsembleSamples.Reward(), Workers = pool, CandidatesAtOnce = 3 };
            using var evaluator = new LibtorchEnsembleEvaluator(EnsembleSamples.Random(), options);
            var (request, result) = (Request(10), new RolloutResult(10));
            evaluator.Evaluate(request, result);
            results.Add(result.Returns);
        }

        Assert.Equal(results[0], results[1]);
    }

    [Fact]
    public void Evaluate_WeightNotFinite_ScoresNegativeInfinity()
    {
        var weights = EnsembleSamples.Random();
        weights.Layers[1].Weights[5] = float.NaN;

        var (_, result) = Evaluate(weights, Propagation.TSInfinity, 20, 5, null);

        Assert.All(result.Returns, r => Assert.Equal(float.NegativeInfinity, r));
        Assert.All(result.Status, s => Assert.Equal(RolloutStatus.NotFinite, s));
    }

    private static (RolloutResult Fused, RolloutResult Libtorch) Evaluate(
        EnsembleWeights weights, Propagation propagation, int particles, int population, TermProgram? termination)
    {
        var request = Request(population);
        var (fused, libtorch) = (new RolloutResult(population), new RolloutResult(population));
        using var pool = new WorkerPool(1);
        var options = new FusedEnsembleOptions
        {
            Propagation = propagation,
            Particles = particles,
            Reward = EnsembleSamples.Reward(),
            Termination = termination,
            MaximumPopulation = population,
            MaximumHorizon = Horizon,
            Workers = pool,
        };
        new FusedEnsembleEvaluator(PackedEnsemble.Compile(weights), options).Evaluate(request, fused);
        using var peer = new LibtorchEnsembleEvaluator(
            weights, new LibtorchEvaluatorOptions
            {
                Propagation = propagation,
                Particles = particles,
                Reward = options.Reward,
                Termination = termination,
            });
        peer.Evaluate(request, libtorch);
        return (fused, libtorch);
    }

    private static RolloutRequest Request(int population)
    {
        var random = RandomKey.FromSeed(33).OpenStream();
        var actions = EnsembleSamples.Numbers(ref random, population * Horizon * EnsembleSamples.Actions, 0.5);
        return new RolloutRequest
        {
            Belief = Belief,
            Actions = actions,
            Population = population,
            Horizon = Horizon,
            Key = RandomKey.FromSeed(21),
        };
    }
}
