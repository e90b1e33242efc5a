using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Latent;
using Robotics.Inference.Simd;
using Robotics.Inference.Weights;
using Robotics.WorldModel.BeliefEnsembles;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.Inference;

public sealed class BeliefEnsembleEvaluatorTests : IDisposable
{
    private const int Population = 29;
    private const int Horizon = 7;
    private const int Deterministic = 21;
    private const int Stochastic = 5;
    private readonly WorkerPool _one = new(1);
    private readonly WorkerPool _three = new(3);

    public void Dispose()
    {
        _one.Dispose();
        _three.Dispose();
    }

    [Theory]
    [InlineData(VectorWidth.Bits512, 5, 5)]
    [InlineData(VectorWidth.Bits256, 5, 10)]
    [InlineData(VectorWidth.Bits128, 3, 6)]
    public void Evaluate_AlongTheMeans_EqualsLibtorch(VectorWidth width, int members, int particles)
    {
        using var ensemble = Random(members);
        var expected = new RolloutResult(Population);
        new LibtorchBeliefEvaluator(ensemble, particles, isSampled: false).Evaluate(Request(), expected);

        var found = new RolloutResult(Population);
        new BeliefEnsembleEvaluator(ensemble.Export(), Options(_one, particles) with { IsSampled = false }, width)
            .Evaluate(Request(), found);

        for (var c = 0; c < Population; c++)
        {
            Assert.Equal(expected.Returns[c], found.Returns[c], 1e-4 * Math.Max(1, Math.Abs(expected.Returns[c])));
            Assert.Equal(expected.Disagreement[c], found.Disagreement[c], 1e-3);
        }
    }

    [Fact]
    public void Evaluate_HeadsOnASharedTrunk_EqualsLibtorchAndDisagrees()
    {
        using var ensemble = Random(3, sharesTrunk: true);
        var weights = ensemble.Export();
        var (expected, found) = (new RolloutResult(Population), new RolloutResult(Population));
        new LibtorchBeliefEvaluator(ensemble, 6, isSampled: false).Evaluate(Request(), expected);

        new BeliefEnsembleEvaluator(weights, Options(_one, 6) with { IsSampled = false }).Evaluate(Request(), found);

        Assert.Equal(Member(weights.Dynamics[0], 0), Member(weights.Dynamics[0], 2));
        Assert.NotEqual(Member(weights.Dynamics[^1], 0), Member(weights.Dynamics[^1], 2));
        Assert.All(found.Disagreement, d => Assert.True(d > 0));
        for (var c = 0; c < Population; c++)
            Assert.Equal(expected.Returns[c], found.Returns[c], 1e-4 * Math.Max(1, Math.Abs(expected.Returns[c])));

        static float[] Member(LayerWeights layer, int member) =>
            layer.Weights.AsSpan(member * layer.Inputs * layer.Outputs, layer.Inputs * layer.Outputs).ToArray();
    }

    [Theory]
    [InlineData(Propagation.TSInfinity)]
    [InlineData(Propagation.TS1)]
    public void Evaluate_WithNoise_AgreesWithLibtorchInDistribution(Propagation propagation)
    {
        const int Particles = 6000;
        using var ensemble = Random(3);
        var (expected, found) = (new RolloutResult(2), new RolloutResult(2));

        // With members that are alike, TS1 and TS∞ are the same distribution.
        MakeAlike(ensemble);
        new LibtorchBeliefEvaluator(ensemble, Particles, isSampled: true).Evaluate(Request(2), expected);
        new BeliefEnsembleEvaluator(ensemble.Export(), Options(_one, Particles) with { Propagation = propagation })
            .Evaluate(Request(2), found);

        for (var c = 0; c < 2; c++)
            Assert.Equal(expected.Returns[c], found.Returns[c], 0.1);
    }

    [Theory]
    [InlineData(Propagation.TSInfinity, BeliefDisagreement.Return)]
    [InlineData(Propagation.TSInfinity, BeliefDisagreement.State)]
    [InlineData(Propagation.TS1, BeliefDisagreement.State)]
    public void Evaluate_AnyNumberOfWorkers_GivesTheSameBits(Propagation propagation, BeliefDisagreement disagreement)
    {
        using var ensemble = Random(5);
        var weights = ensemble.Export();
        var (alone, together) = (new RolloutResult(Population), new RolloutResult(Population));

        new BeliefEnsembleEvaluator(weights, Options(_one, 10) with { Propagation = propagation, Disagreement = disagreement })
            .Evaluate(Request(), alone);
        new BeliefEnsembleEvaluator(weights, Options(_three, 10) with { Propagation = propagation, Disagreement = disagreement })
            .Evaluate(Request(), together);

        Assert.Equal(alone.Returns, together.Returns);
        Assert.Equal(alone.Disagreement, together.Disagreement);
        Assert.All(alone.Disagreement, d => Assert.True(d > 0));
    }

    [Theory]
    [InlineData(BeliefDisagreement.Return)]
    [InlineData(BeliefDisagreement.State)]
    public void Evaluate_MembersAlikeUnderSharedNoise_DoNotDisagree(BeliefDisagreement disagreement)
    {
        using var ensemble = Random(5);
        MakeAlike(ensemble);
        var found = new RolloutResult(Population);

        new BeliefEnsembleEvaluator(ensemble.Export(), Options(_one, 10) with { SharedNoise = true, Disagreement = disagreement })
            .Evaluate(Request(), found);

        Assert.All(found.Disagreement, d => Assert.Equal(0, d, 1e-5f));
        Assert.NotEqual(found.Returns[0], found.Returns[1]);
    }

    [Fact]
    public void Evaluate_WithAValue_AddsTheDiscountedRest()
    {
        using var ensemble = Random(5);
        var weights = ensemble.Export();
        var value = new LatentValueWeights(
            [new LayerWeights(Deterministic + Stochastic, 1, new float[Deterministic + Stochastic], [2f])], 0.9);
        var reward = weights.Reward[^1];
        var last = reward with { Weights = new float[reward.Weights.Length], Biases = [1, 1, 1, 1, 1] };
        var constant = weights with { Reward = [.. weights.Reward.SkipLast(1), last] };
        var found = new RolloutResult(Population);

        new BeliefEnsembleEvaluator(constant, Options(_one, 5) with { Value = value }).Evaluate(Request(), found);

        var expected = Enumerable.Range(0, Horizon).Sum(k => Math.Pow(0.9, k)) + (Math.Pow(0.9, Horizon) * 2);
        Assert.All(found.Returns, r => Assert.Equal(expected, r, 1e-4));
    }

    [Theory]
    [InlineData(Propagation.TSInfinity)]
    [InlineData(Propagation.TS1)]
    public void Evaluate_AfterWarmUp_AllocatesNothingOnAnyThread(Propagation propagation)
    {
        using var ensemble = Random(5);
        var evaluator = new BeliefEnsembleEvaluator(ensemble.Export(), Options(_three, 10) with { Propagation = propagation });
        var (request, result, probe) = (Request(), new RolloutResult(Population), new AllocationProbe(_three));
        evaluator.Evaluate(request, result);
        probe.Measure();
        var before = new long[_three.Count];
        probe.Measure().CopyTo(before, 0);

        for (var i = 0; i < 20; i++)
            evaluator.Evaluate(request, result);

        Assert.Equal(before, probe.Measure());
    }

    [Fact]
    public void Evaluate_WhatIsNotFiniteOrDoesNotFit_ScoresMinusInfinity()
    {
        using var ensemble = Random(5);
        var evaluator = new BeliefEnsembleEvaluator(ensemble.Export(), Options(_one, 5));
        var (result, actions) = (new RolloutResult(Population), Request().Actions.ToArray());
        actions[3 * Horizon * 2] = float.NaN;

        evaluator.Evaluate(Request(actions: actions), result);

        Assert.Equal((float.NegativeInfinity, RolloutStatus.NotFinite), (result.Returns[3], result.Status[3]));
        Assert.Equal(1, result.Status.Count(s => s == RolloutStatus.NotFinite));
        evaluator.Evaluate(Request(actions: actions[1..]), result);
        Assert.All(result.Returns, r => Assert.Equal(float.NegativeInfinity, r));
    }

    private static BeliefRolloutOptions Options(WorkerPool workers, int particles) =>
        new() { Particles = particles, MaximumPopulation = Population, MaximumHorizon = Horizon, Workers = workers };

    /// <summary>An ensemble with weights and units of some size.</summary>
    private static BeliefEnsemble Random(int members, bool sharesTrunk = false)
    {
        var options = new BeliefEnsembleOptions { Members = members, Hidden = [33, 20], RewardHidden = [17], SharedTrunk = sharesTrunk };
        var ensemble = new BeliefEnsemble(Deterministic, Stochastic, 2, options, RandomKey.FromSeed(1));
        var random = RandomKey.FromSeed(2).OpenStream();
        foreach (var (key, value) in ensemble.state_dict().OrderBy(s => s.Key))
        {
            if (key.EndsWith("bias", StringComparison.Ordinal) || key.EndsWith("mean", StringComparison.Ordinal))
                Fill(value, ref random, -0.3, 0.3);
            else if (key.EndsWith("std", StringComparison.Ordinal))
                Fill(value, ref random, 0.3, 1.5);
        }

        return ensemble;
    }

    private static void Fill(Tensor into, ref RandomStream random, double low, double high)
    {
        var numbers = new float[into.NumberOfElements];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = (float)random.NextUniform(low, high);
        using var noGrad = no_grad();
        into.copy_(tensor(numbers, into.shape));
    }

    private static void MakeAlike(BeliefEnsemble ensemble)
    {
        using var noGrad = no_grad();
        foreach (var value in ensemble.parameters().Where(p => p.ndim == 3))
            value.copy_(value.narrow(0, 0, 1).clone().expand(value.shape));
    }

    private static RolloutRequest Request(int population = Population, float[]? actions = null)
    {
        var random = RandomKey.FromSeed(4).OpenStream();
        var belief = EnsembleSamples.Numbers(ref random, Deterministic + Stochastic, 0.3);
        var spread = new float[Deterministic + Stochastic];
        spread.AsSpan(Deterministic).Fill(0.2f);
        return new RolloutRequest
        {
            Belief = belief,
            Std = spread,
            Actions = actions ?? EnsembleSamples.Numbers(ref random, population * Horizon * 2, 0.5),
            Population = population,
            Horizon = Horizon,
            Key = RandomKey.FromSeed(1),
        };
    }
}
