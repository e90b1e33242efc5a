using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using Robotics.Testing;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.SequenceModels;

public sealed class SequenceTrainerTests : IDisposable
{
    private static readonly SequenceTrainingOptions Options =
        new() { BatchSize = 4, Length = 8, LearningRate = 3e-3, DecayAfter = 2, DecayUpdates = 1000, FreeNats = 0.1 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_ToyWorld_RaisesTheBoundAndReadsTheHiddenPosition()
    {
        var (replay, held) = (ToyEpisodes.Replay(12), new SequenceReplay(ToyEpisodes.Layout));
        held.Add(ToyEpisodes.Create(100));
        held.Add(ToyEpisodes.Create(101));
        using var model = Create(replay);
        var before = ValidationElbo.Measure(model, held, RandomKey.FromSeed(3));
        using var trainer = new SequenceTrainer(model, Options, RandomKey.FromSeed(2));
        trainer.Train(replay, 150, null, TestContext.Current.CancellationToken);
        var after = ValidationElbo.Measure(model, held, RandomKey.FromSeed(3));
        Assert.True(after.Elbo > before.Elbo + 50, $"{before.Elbo} to {after.Elbo}");
        Assert.True(after.Reconstruction["eye"] < before.Reconstruction["eye"]);
        Assert.Equal(after.Elbo, -(after.Reconstruction.Values.Sum() + after.Reward + after.Divergence), 6);
        Assert.Equal(26, after.Steps);
    }

    [Theory]
    [InlineData(0, 3e-3)]
    [InlineData(2, 3e-3)]
    [InlineData(502, 1.65e-3)]
    [InlineData(1002, 3e-4)]
    [InlineData(5000, 3e-4)]
    public void LearningRateAt_AfterTheDecayBegan_FallsInAStraightLineToATenth(long update, double expected) =>
        Assert.Equal(expected, Options.LearningRateAt(update), 9);

    [Fact]
    public void LearningRateAt_WithoutDecay_IsConstant() => Assert.Equal(0.001, new SequenceTrainingOptions().LearningRateAt(1_000_000));

    [Fact]
    public void Resume_FromACheckpoint_GoesOnBitForBit()
    {
        var replay = ToyEpisodes.Replay(4);
        var options = Options with { DecayAfter = 2, DecayUpdates = 3, PictureWeight = 0.1 };
        using var straight = Create(replay);
        using var whole = new SequenceTrainer(straight, options, RandomKey.FromSeed(2));
        whole.Train(replay, 3, null, TestContext.Current.CancellationToken);
        SequenceCheckpoint.Save(_folder.Path, whole);
        whole.Train(replay, 6, null, TestContext.Current.CancellationToken);

        using var other = SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(), RandomKey.FromSeed(77));
        using var resumed = new SequenceTrainer(other, options, RandomKey.FromSeed(2));
        SequenceCheckpoint.Resume(_folder.Path, resumed);
        Assert.Equal(3, resumed.Updates);
        resumed.Train(replay, 6, null, TestContext.Current.CancellationToken);
        foreach (var (key, value) in straight.state_dict())
            Assert.Equal(value.bytes.ToArray(), other.state_dict()[key].bytes.ToArray());
    }

    [Fact]
    public void Update_WithWeightlessPictures_LearnsFromTheRestAlone()
    {
        var replay = ToyEpisodes.Replay(4);
        using var model = Create(replay);
        using var trainer = new SequenceTrainer(model, Options with { PictureWeight = 0, FreeNats = 0 }, RandomKey.FromSeed(2));
        var loss = trainer.Update(replay);
        Assert.Equal(loss.Total, -loss.Elbo - loss.Reconstruction["eye"], 1e-3 * Math.Abs(loss.Total));
    }

    [Fact]
    public void Pretrain_SinglePictures_LearnsToDrawThemBeforeTheFirstUpdateOnly()
    {
        var replay = ToyEpisodes.Replay(8);
        using var model = Create(replay);
        var options = Options with { Pictures = new ImagePretraining { Updates = 200, BatchSize = 32, Code = 4 } };
        using var trainer = new SequenceTrainer(model, options, RandomKey.FromSeed(2));
        var losses = new List<double>();
        trainer.Pretrain(replay, (_, loss) => losses.Add(loss), TestContext.Current.CancellationToken);
        Assert.Equal(200, losses.Count);
        Assert.True(losses.TakeLast(10).Average() < losses.Take(10).Average() - 20, $"{losses[0]} to {losses[^1]}");
        trainer.Update(replay);
        trainer.Pretrain(replay, (_, loss) => losses.Add(loss), TestContext.Current.CancellationToken);
        Assert.Equal(200, losses.Count);
    }

    [Fact]
    public void Load_ACheckpoint_MakesTheSameModelFromTheFileAlone()
    {
        var replay = ToyEpisodes.Replay(2);
        using var model = Create(replay);
        SequenceCheckpoint.SaveModel(_folder.Path, model);
        using var loaded = SequenceCheckpoint.Load(_folder.Path);
        Assert.Equal(model.Options, loaded.Options);
        Assert.Equal(model.Layout.Hash(), loaded.Layout.Hash());
        using var scope = NewDisposeScope();
        var batch = replay.Whole(0, 2, 13, CPU);
        Assert.Equal(
            model.Infer(batch, sample: false).Features.bytes.ToArray(), loaded.Infer(batch, sample: false).Features.bytes.ToArray());
    }

    [Fact]
    public void Resume_OtherSizes_IsRefusedInOneSentence()
    {
        using var model = Create(ToyEpisodes.Replay(1));
        using var trainer = new SequenceTrainer(model, Options, default);
        SequenceCheckpoint.Save(_folder.Path, trainer);
        using var other = SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny() with { Hidden = 5 }, default);
        using var wrong = new SequenceTrainer(other, Options, default);
        Assert.Contains("another options", Assert.Throws<UserErrorException>(() => SequenceCheckpoint.Resume(_folder.Path, wrong)).Message,
            StringComparison.Ordinal);
    }

    private static SequenceModel Create(SequenceReplay replay)
    {
        var model = SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(), RandomKey.FromSeed(1));
        model.SetStatistics(replay);
        return model;
    }
}
