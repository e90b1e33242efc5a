using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Data.Safetensors;
using Robotics.Inference.Latent;
using Robotics.Inference.Rssm;
using Robotics.Runtime.Tasks;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using Robotics.Testing;
using Robotics.Tests.Unit.SequenceModels;
using Robotics.WorldModel.Behaviour;
using Robotics.WorldModel.BeliefEnsembles;
using Robotics.WorldModel.Latent;

namespace Robotics.Tests.Unit.WorldModel;

public sealed class LatentLearnerTests : IDisposable
{
    private static readonly SequenceTrainingOptions Training = new() { BatchSize = 4, Length = 8, LearningRate = 3e-3, FreeNats = 0.1 };
    private readonly TemporaryFolder _folder = new();
    private readonly WorkerPool _workers = new(1);

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    private static readonly LatentOptions Everything = new()
    {
        Algorithm = LatentAlgorithm.BeliefEnsemble,
        Value = true,
        Actor = ProposingActor.Dreamer,
        BeliefEnsemble = new BeliefEnsembleOptions { Hidden = [12], RewardHidden = [8] },
        Behaviour = new BehaviourOptions { Hidden = [12], Horizon = 4, Starts = 8 },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Resume_FromAFolder_GoesOnBitForBit(bool everything)
    {
        var replay = ToyEpisodes.Replay(4);
        var options = everything ? Everything : new LatentOptions();
        using var whole = Create(replay, 1, options);
        Update(whole, replay, 3);
        whole.Save(_folder.Path);
        Update(whole, replay, 3);

        using var resumed = Create(replay, 77, options);
        resumed.Resume(_folder.Path);
        Assert.Equal(3, resumed.Updates);
        Update(resumed, replay, 3);

        foreach (var (key, value) in whole.Model.state_dict())
            Assert.Equal(value.bytes.ToArray(), resumed.Model.state_dict()[key].bytes.ToArray());
        Assert.Equal(Score(whole.Compile(_workers)), Score(resumed.Compile(_workers)));
        Assert.Equal(whole.Losses, resumed.Losses);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_WhatWasSavedToRun_ScoresAndFiltersAsWhatWasCompiled(bool everything)
    {
        var replay = ToyEpisodes.Replay(4);
        using var learner = Create(replay, 1, everything ? Everything : new LatentOptions());
        Update(learner, replay, 2);
        learner.SaveCompact(_folder.Path);

        var (compiled, loaded) = (learner.Compile(_workers), CompiledLatent.Load(_folder.Path, _workers));

        Assert.Equal(compiled.Layout.Hash(), loaded.Layout.Hash());
        var (expected, found) = (Score(compiled), Score(loaded));
        Assert.Equal(expected, found);
        Assert.All(found, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(everything, loaded.CreatePrior(3) is not null);
        Assert.Equal(everything, loaded.Evaluator is BeliefEnsembleEvaluator);
    }

    [Fact]
    public void UpdateImagination_OnBeliefsOfAFinishedFilter_MovesEverythingElse()
    {
        var replay = ToyEpisodes.Replay(4);
        using var plain = Create(replay, 1, new LatentOptions());
        Update(plain, replay, 1);
        plain.Save(_folder.Path);
        using var learner = Create(replay, 77, Everything with { MultiStepDynamics = new MultiStepDynamicsOptions { Steps = 4 } });
        learner.Resume(_folder.Path);
        var beliefs = new BeliefReplay();
        beliefs.Add(learner.Model, replay, 0, TorchSharp.torch.CPU);
        var untrained = Score(learner.Compile(_workers));
        var before = learner.Model.state_dict().ToDictionary(p => p.Key, p => p.Value.bytes.ToArray());

        for (var i = 0; i < 3; i++)
            learner.UpdateImagination(beliefs, RandomKey.FromSeed(3), i / 3.0);

        Assert.Equal((1, 3), (learner.Updates, learner.ImaginationUpdates));
        Assert.All(learner.Model.state_dict(), p => Assert.Equal(before[p.Key], p.Value.bytes.ToArray()));
        Assert.NotEqual(untrained, Score(learner.Compile(_workers)));
        Assert.Contains("ensemble_reward", learner.Losses.Keys);
        Assert.Contains("imagined_return", learner.Losses.Keys);
    }

    [Fact]
    public void Load_SeveralMultiStepDynamics_PlansWithAllOfThem()
    {
        var replay = ToyEpisodes.Replay(6);
        var options = new LatentOptions
        {
            Algorithm = LatentAlgorithm.DynamicsEnsemble,
            Schedule = LatentSchedule.Rounds,
            Rounds = new RoundsOptions { FirstUpdates = 3 },
            MultiStepDynamics = new MultiStepDynamicsOptions { Steps = 4, BatchSize = 8, Members = 2 },
        };
        using var learner = Create(replay, 1, options);
        var beliefs = new BeliefReplay();
        beliefs.Add(learner.Model, replay, 0, TorchSharp.torch.CPU);
        learner.AddMember().Train(beliefs, 3, RandomKey.FromSeed(1), null, TestContext.Current.CancellationToken);
        learner.AddMember().Train(beliefs, 3, RandomKey.FromSeed(2), null, TestContext.Current.CancellationToken, RandomKey.FromSeed(2));
        learner.Save(_folder.Path);
        using var resumed = Create(replay, 77, options);
        resumed.Resume(_folder.Path);

        var expected = Score(learner.Compile(_workers));

        Assert.Equal(expected, Score(CompiledLatent.Load(_folder.Path, _workers, options.Use)));
        Assert.Equal(expected, Score(resumed.Compile(_workers)));
        Assert.Equal(expected, Score(CompiledLatent.Load(_folder.Path, _workers)));
        Assert.NotEqual(expected, Score(CompiledLatent.Load(_folder.Path, _workers, new LatentOptions().Use)));
    }

    /// <summary>A training resumes only with the options in its file, here as they were before algorithms had names.</summary>
    [Fact]
    public void Save_ValueAndActor_StatesOptionsAsEarlierFilesDid()
    {
        using var learner = Create(ToyEpisodes.Replay(2), 1, Everything with { Behaviour = new BehaviourOptions { Hidden = [8] } });
        learner.Save(_folder.Path);

        Assert.Equal(
            """
            {"Item1":"Ensemble","Item2":true,"Item3":{"Members":5,"Hidden":[12],"RewardHidden":[8],"SharedTrunk":false,
            "LearningRate":0.001,"WeightDecay":1E-05,"OpenLoopSteps":5,"OpenLoopWeight":1,"RewardWeight":100,"NllBeta":0.5,
            "MaximumGradientNorm":100},"Item4":{"Method":"Dreamer","Hidden":[8],"Horizon":15,"Starts":128,"Discount":0.97,
            "Lambda":0.95,"ActorLearningRate":0.0003,"ValueLearningRate":0.0003,"TargetShare":0.02,"Entropy":0.0003,
            "MinimumDeviation":0.1,"MaximumGradientNorm":100}}
            """.ReplaceLineEndings(""),
            SafetensorsFile.Read(Path.Combine(_folder.Path, "imagination.training.safetensors")).Metadata["options"]);
    }

    [Theory]
    [InlineData(LatentAlgorithm.Planet, typeof(RssmTrajectoryEvaluator), 0, false)]
    [InlineData(LatentAlgorithm.MultiStepDynamics, typeof(RssmTrajectoryEvaluator), 2, false)]
    [InlineData(LatentAlgorithm.DynamicsEnsemble, typeof(RssmEnsembleEvaluator), 2, false)]
    [InlineData(LatentAlgorithm.BeliefEnsemble, typeof(BeliefEnsembleEvaluator), 2, false)]
    [InlineData(LatentAlgorithm.Dreamer, typeof(RssmTrajectoryEvaluator), 2, true)]
    [InlineData(LatentAlgorithm.Dyna, typeof(RssmTrajectoryEvaluator), 2, true)]
    [InlineData(LatentAlgorithm.WorldModels, typeof(RssmTrajectoryEvaluator), 2, true)]
    public void Compile_EachAlgorithm_PlansOrActsWithItsModels(LatentAlgorithm algorithm, Type evaluator, int members, bool acts)
    {
        var replay = ToyEpisodes.Replay(4);
        var options = new LatentOptions
        {
            Algorithm = algorithm,
            Schedule = LatentSchedule.Rounds,
            MultiStepDynamics = new MultiStepDynamicsOptions { Members = 2 },
            BeliefEnsemble = Everything.BeliefEnsemble,
            Behaviour = Everything.Behaviour,
        };
        using var learner = Create(replay, 1, options);
        while (learner.Members.Count < options.Models.MultiStepMembers)
            learner.AddMember();

        var compiled = learner.Compile(_workers);

        Assert.Equal(evaluator, compiled.Evaluator.GetType());
        Assert.Equal(members, learner.Members.Count);
        Assert.Equal(acts, compiled.CreateActor(4) is not null);
        Assert.Equal(acts || algorithm == LatentAlgorithm.BeliefEnsemble, learner.HasImagination);
    }

    [Fact]
    public void Load_WithoutWhatIsToBeUsed_SaysWhatIsMissing()
    {
        var replay = ToyEpisodes.Replay(4);
        using var learner = Create(replay, 1, new LatentOptions());
        learner.SaveCompact(_folder.Path);

        var error = Assert.Throws<UserErrorException>(() => CompiledLatent.Load(_folder.Path, _workers, Everything.Use));

        Assert.Contains("without the ensemble", error.Message, StringComparison.Ordinal);
    }

    private static LatentLearner Create(SequenceReplay replay, ulong seed, LatentOptions options)
    {
        var model = (RecurrentStateSpaceModel)SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(), RandomKey.FromSeed(seed));
        model.SetStatistics(replay);
        return new LatentLearner(model, Training, options, RandomKey.FromSeed(2));
    }

    private static void Update(LatentLearner learner, SequenceReplay replay, int times)
    {
        for (var i = 0; i < times; i++)
            learner.Update(replay);
    }

    private static float[] Score(CompiledLatent latent)
    {
        var estimator = latent.CreateEstimator();
        var belief = estimator.CreateBelief();
        estimator.Reset(belief);
        var into = new RolloutResult(2);
        float[] actions = [0.5f, 0.2f, -0.1f, 1f];
        latent.Evaluator.Evaluate(
            new RolloutRequest { Belief = belief.Mean, Actions = actions, Population = 2, Horizon = 2, Key = default }, into);
        return into.Returns;
    }
}
