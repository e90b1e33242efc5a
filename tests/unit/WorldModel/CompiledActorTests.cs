using Robotics.Controller.Planning;
using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Inference.Rssm;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Models;
using Robotics.StateEstimation.Filters;
using Robotics.Tests.Unit.SequenceModels;
using Robotics.Tests.Unit.StateEstimation;
using Robotics.TorchExtras;
using Robotics.WorldModel.Behaviour;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.WorldModel;

public sealed class CompiledActorTests : IDisposable
{
    private const int Horizon = 6;
    private const int Proposals = 7;
    private readonly RecurrentStateSpaceModel _model =
        (RecurrentStateSpaceModel)SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(), RandomKey.FromSeed(1));

    private readonly CompiledRssm _compiled;
    private readonly LatentActor _actor;
    private readonly LatentValue _value;
    private readonly Belief _belief;

    public CompiledActorTests()
    {
        using var random = TorchRandom.Scope(3);
        var options = new BehaviourOptions { Hidden = [20, 12], Discount = 0.9 };
        _compiled = RssmExport.Compile(_model);
        _actor = new LatentActor(_model.FeatureDimension, 1, options);
        _value = new LatentValue(_model.FeatureDimension, options);
        _belief = ((IStateEstimator)new CompiledRssmEstimator(_compiled)).CreateBelief();
        var stream = RandomKey.FromSeed(5).OpenStream();
        for (var i = 0; i < _belief.Mean.Length; i++)
            _belief.Mean[i] = (float)stream.NextUniform(-1, 1);
    }

    public void Dispose()
    {
        _model.Dispose();
        _actor.Dispose();
        _value.Dispose();
    }

    [Fact]
    public void Plan_AlongTheMeans_IsWhatLibtorchImagines()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var plan = new ActionPlanBuffer(Horizon, 1);

        var planner = new ActorPlanner(_compiled, _actor.Export(), Horizon, _value.Export());
        var status = planner.Plan(_belief, default, RandomKey.FromSeed(1), default, plan);

        var (carry, expected) = (tensor(_belief.Mean, [1, _belief.Mean.Length]), 0.0);
        for (var k = 0; k < Horizon; k++)
        {
            var action = _actor.forward(carry);
            Assert.Equal(action.item<float>(), plan.Actions[k], 1e-4f);
            carry = _model.Imagine(carry, action.unsqueeze(0), sample: false).squeeze(0);
            expected += Math.Pow(0.9, k) * _model.Decoder.Reward.forward(carry).item<float>();
        }

        expected += Math.Pow(0.9, Horizon) * _value.forward(carry).item<float>();
        Assert.Equal((PlanStatus.Ok, Horizon), (status, plan.Horizon));
        Assert.Equal(expected, plan.PredictedReturn, 1e-4 * Math.Max(1, Math.Abs(expected)));
    }

    [Fact]
    public void Propose_SeveralSequences_BeginsWithTheMeanAndDrawsTheOthers()
    {
        var (prior, plan) = (new ActorPrior(_compiled, _actor.Export(), Proposals), new ActionPlanBuffer(Horizon, 1));
        var into = new float[10 * Horizon];

        var count = prior.Propose(_belief, RandomKey.FromSeed(1), 10, Horizon, into);

        new ActorPlanner(_compiled, _actor.Export(), Horizon).Plan(_belief, default, default, default, plan);
        Assert.Equal(Proposals, count);
        Assert.Equal(plan.Actions, into[..Horizon]);
        Assert.Equal(Proposals, Enumerable.Range(0, Proposals).Select(n => into[n * Horizon]).Distinct().Count());
        Assert.All(into, a => Assert.InRange(a, -1, 1));
    }

    [Fact]
    public void Evaluate_RssmWithAValue_AddsTheDiscountedRest()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var workers = new WorkerPool(1);
        var (actions, result) = (new float[Horizon], new RolloutResult(1));
        var request = new RolloutRequest { Belief = _belief.Mean, Actions = actions, Population = 1, Horizon = Horizon, Key = default };

        new RssmTrajectoryEvaluator(_compiled, workers, _value.Export()).Evaluate(request, result);

        var path = _model.Imagine(tensor(_belief.Mean, [1, _belief.Mean.Length]), zeros(Horizon, 1, 1), sample: false);
        var expected = Enumerable.Range(0, Horizon).Sum(k => Math.Pow(0.9, k) * _model.Decoder.Reward.forward(path[k]).item<float>())
            + (Math.Pow(0.9, Horizon) * _value.forward(path[Horizon - 1]).item<float>());
        Assert.Equal(expected, result.Returns[0], 1e-4 * Math.Max(1, Math.Abs(expected)));
    }

    [Fact]
    public void PlanAndPropose_AfterWarmUp_AllocateNothing()
    {
        var planner = new ActorPlanner(_compiled, _actor.Export(), Horizon, _value.Export());
        var prior = new ActorPrior(_compiled, _actor.Export(), Proposals);
        var (plan, into) = (new ActionPlanBuffer(Horizon, 1), new float[Proposals * Horizon]);

        Assert.Equal(0, LeastAllocation.From(() => planner.Plan(_belief, default, default, default, plan)));
        Assert.Equal(0, LeastAllocation.From(() => prior.Propose(_belief, default, Proposals, Horizon, into)));
    }
}
