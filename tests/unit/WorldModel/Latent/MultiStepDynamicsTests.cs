using Robotics.Core.Randomness;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.Testing;
using Robotics.Tests.Unit.SequenceModels;
using Robotics.WorldModel.BeliefEnsembles;
using Robotics.WorldModel.Latent;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.WorldModel;

public sealed class MultiStepDynamicsTests
{
    private static readonly MultiStepDynamicsOptions Options = new() { BatchSize = 64, Steps = 4, LearningRate = 3e-3 };

    [Fact]
    public void Train_ToyWorld_ForeseesRewardsBetterAndLeavesTheFilterAlone()
    {
        var replay = ToyEpisodes.Replay(12);
        using var filter = Filter(replay);
        var before = filter.state_dict().ToDictionary(p => p.Key, p => p.Value.bytes.ToArray());
        var beliefs = Beliefs(filter, replay);
        using var foresight = new MultiStepDynamics(filter, Options, RandomKey.FromSeed(3));
        var errors = new List<MultiStepErrors>();

        foresight.Train(beliefs, 400, RandomKey.FromSeed(1), (_, e) => errors.Add(e), TestContext.Current.CancellationToken);

        var (first, last) = (errors.Take(20).Average(e => e.Reward), errors.TakeLast(20).Average(e => e.Reward));
        Assert.True(last < 0.7 * first, $"{first} to {last}");
        Assert.True(errors.TakeLast(20).Average(e => e.Belief) < errors.Take(20).Average(e => e.Belief));
        Assert.All(filter.state_dict(), p => Assert.Equal(before[p.Key], p.Value.bytes.ToArray()));
        const string key = "encoder.encoders.0.net.input.weight";
        Assert.Equal(filter.state_dict()[key].bytes.ToArray(), foresight.Model.state_dict()[key].bytes.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    public void Load_WhatWasSaved_ForeseesTheSame(int rewardHidden)
    {
        var options = Options with { RewardHidden = rewardHidden };
        using var folder = new TemporaryFolder();
        var replay = ToyEpisodes.Replay(6);
        using var filter = Filter(replay);
        using var foresight = new MultiStepDynamics(filter, options, RandomKey.FromSeed(3));
        foresight.Train(Beliefs(filter, replay), 5, RandomKey.FromSeed(1), null, TestContext.Current.CancellationToken);
        foresight.Save(folder.Path);

        using var loaded = new MultiStepDynamics(filter, options, RandomKey.FromSeed(3));
        loaded.Load(folder.Path);

        using var scope = NewDisposeScope();
        var (carry, actions) = (zeros(2, filter.CarryDimension), ones(3, 2, 1) * 0.5);
        var (before, after) = (foresight.Model, loaded.Model);
        Assert.Equal(before.Decoder.Reward.forward(carry).bytes.ToArray(), after.Decoder.Reward.forward(carry).bytes.ToArray());
        Assert.Equal(before.Imagine(carry, actions, false).bytes.ToArray(), after.Imagine(carry, actions, false).bytes.ToArray());
    }

    private static BeliefReplay Beliefs(RecurrentStateSpaceModel filter, SequenceReplay replay)
    {
        var beliefs = new BeliefReplay { PlannedFrom = replay.Sequences.Count / 2 };
        beliefs.Add(filter, replay, 0, CPU);
        return beliefs;
    }

    private static RecurrentStateSpaceModel Filter(SequenceReplay replay)
    {
        var model = (RecurrentStateSpaceModel)SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(), RandomKey.FromSeed(1));
        model.SetStatistics(replay);
        return model;
    }
}
