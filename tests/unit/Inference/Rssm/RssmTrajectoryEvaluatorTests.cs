using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Inference.Rssm;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Models;
using Robotics.Tests.Unit.SequenceModels;
using Robotics.Tests.Unit.StateEstimation;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.Inference;

public sealed class RssmTrajectoryEvaluatorTests
{
    private const int Population = 37;
    private const int Horizon = 5;

    [Fact]
    public void Evaluate_AnyNumberOfWorkers_SumsTheRewardsThatTheModelImagines()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Model();
        var compiled = RssmExport.Compile(model);
        var request = Request(compiled);
        using var one = new WorkerPool(1);
        using var three = new WorkerPool(3);
        var (alone, together) = (new RolloutResult(Population), new RolloutResult(Population));

        new RssmTrajectoryEvaluator(compiled, one).Evaluate(request, alone);
        new RssmTrajectoryEvaluator(compiled, three).Evaluate(request, together);

        Assert.Equal(alone.Returns, together.Returns);
        var carry = tensor(request.Belief.ToArray(), [1, compiled.FeatureDimension]).expand(Population, -1);
        var actions = tensor(request.Actions.ToArray(), [Population, Horizon, 1]).permute(1, 0, 2).contiguous();
        var expected = model.Decoder.Reward.forward(model.Imagine(carry, actions, sample: false)).sum([0L]).ToFloats();
        for (var i = 0; i < Population; i++)
            Assert.Equal(expected[i], alone.Returns[i], 1e-4f);
        Assert.All(alone.Status, status => Assert.Equal(RolloutStatus.Ok, status));
    }

    [Fact]
    public void Evaluate_AfterWarmUp_AllocatesNothing()
    {
        using var model = Model();
        using var workers = new WorkerPool(1);
        var compiled = RssmExport.Compile(model);
        var (evaluator, request, result) =
            (new RssmTrajectoryEvaluator(compiled, workers), Request(compiled), new RolloutResult(Population));

        Assert.Equal(0, LeastAllocation.From(() => evaluator.Evaluate(request, result)));
    }

    [Fact]
    public void Evaluate_WhatIsNotFiniteOrDoesNotFit_ScoresMinusInfinity()
    {
        using var model = Model();
        using var workers = new WorkerPool(1);
        var compiled = RssmExport.Compile(model);
        var evaluator = new RssmTrajectoryEvaluator(compiled, workers);
        var (result, good) = (new RolloutResult(Population), Request(compiled));
        var actions = good.Actions.ToArray();
        actions[3 * Horizon] = float.NaN;

        evaluator.Evaluate(Request(compiled, actions), result);

        Assert.Equal((float.NegativeInfinity, RolloutStatus.NotFinite), (result.Returns[3], result.Status[3]));
        Assert.Equal(1, result.Status.Count(s => s == RolloutStatus.NotFinite));
        evaluator.Evaluate(Request(compiled, actions[1..]), result);
        Assert.All(result.Returns, value => Assert.Equal(float.NegativeInfinity, value));
    }

    [Fact]
    public void Evaluate_SeveralModels_GivesMeanAndSpreadOfTheirReturns()
    {
        using var first = Model();
        using var second = Model(2);
        using var workers = new WorkerPool(2);
        CompiledRssm[] models = [RssmExport.Compile(first), RssmExport.Compile(second)];
        var (request, result) = (Request(models[0]), new RolloutResult(Population));
        RolloutResult[] alone = [new(Population), new(Population)];
        for (var m = 0; m < 2; m++)
            new RssmTrajectoryEvaluator(models[m], workers).Evaluate(request, alone[m]);
        var ensemble = new RssmEnsembleEvaluator(models, workers, Population);

        ensemble.Evaluate(request, result);

        for (var i = 0; i < Population; i++)
        {
            Assert.Equal((alone[0].Returns[i] + alone[1].Returns[i]) / 2, result.Returns[i], 1e-5f);
            Assert.Equal(Math.Abs(alone[0].Returns[i] - alone[1].Returns[i]) / 2, result.Disagreement[i], 1e-5f);
        }

        Assert.Equal(0, LeastAllocation.From(() => ensemble.Evaluate(request, result)));
        new RssmEnsembleEvaluator(models, workers, Population - 1).Evaluate(request, result);
        Assert.All(result.Returns, value => Assert.Equal(float.NegativeInfinity, value));
    }

    private static RecurrentStateSpaceModel Model(ulong seed = 1) =>
        (RecurrentStateSpaceModel)SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(), RandomKey.FromSeed(seed));

    private static RolloutRequest Request(CompiledRssm model, float[]? actions = null)
    {
        var random = RandomKey.FromSeed(4).OpenStream();
        var belief = Draw(model.FeatureDimension, ref random);
        return new RolloutRequest
        {
            Belief = belief,
            Actions = actions ?? Draw(Population * Horizon, ref random),
            Population = Population,
            Horizon = Horizon,
            Key = RandomKey.FromSeed(1),
        };
    }

    private static float[] Draw(int count, ref RandomStream random)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = (float)random.NextUniform(-1, 1);
        return values;
    }
}
