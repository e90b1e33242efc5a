using Robotics.Core.Randomness;
using Robotics.SequenceModels.Sequences;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.SequenceModels;

public class SequenceReplayTests
{
    [Fact]
    public void EpisodeSequence_LatePicture_BelongsToTheStepOfItsExposure()
    {
        var sequence = new EpisodeSequence(ToyEpisodes.Create(3), ToyEpisodes.Layout);
        for (var t = 0; t < sequence.Steps; t++)
        {
            Assert.True(sequence.IsNew(0, t));
            Assert.Equal(t > 0 && t % 2 == 0, sequence.IsNew(1, t));
        }

        Assert.Equal(0.2f, sequence.Age(1, 2), 5);
        var column = Math.Clamp((int)((sequence.Vector(0, 4)[0] + 1) / 2 * ToyEpisodes.Side), 0, ToyEpisodes.Side - 1);
        Assert.Equal(255, sequence.Image(1, 4)[column]);
    }

    [Fact]
    public void Whole_BatchOfTwo_AlignsActionsRewardsAndReadings()
    {
        using var scope = NewDisposeScope();
        var replay = ToyEpisodes.Replay(2);
        var batch = replay.Whole(0, 2, 15, CPU);
        Assert.Equal([15, 2, 1], batch.Actions.shape);
        var episode = replay.Sequences[1].Episode;
        Assert.Equal(0f, batch.Actions[0, 1, 0].item<float>());
        Assert.Equal(episode.Actions[4], batch.Actions[5, 1, 0].item<float>());
        Assert.Equal(episode.Rewards[4], batch.Rewards[5, 1, 0].item<float>());
        Assert.Equal(0f, batch.RewardKnown[0, 1, 0].item<float>());
        Assert.Equal(26f, batch.Valid.sum().item<float>());
        Assert.Equal(26, batch.Modalities[0].Count);
        Assert.Equal(12, batch.Modalities[1].Count);
        Assert.Equal([12, 1, 8, 8], batch.Modalities[1].Values.shape);
        Assert.Equal((2 * 2) + 1, batch.Modalities[1].Rows[1].item<long>());
    }

    [Fact]
    public void Sample_WithDropout_HidesFromTheEncoderOnly()
    {
        using var scope = NewDisposeScope();
        var dropout = new ModalityDropout { Whole = 0.5, Start = 0.2, MeanGap = 3 };
        var batch = ToyEpisodes.Replay(4).Sample(16, 10, dropout, RandomKey.FromSeed(1), CPU);
        foreach (var m in batch.Modalities)
        {
            Assert.InRange(m.KeptRows.shape[0], 1, m.Count - 1);
            Assert.Equal(m.KeptRows.shape[0], (long)m.Kept.sum().item<float>());
        }
    }

    [Fact]
    public void Sample_WithAPreference_DrawsThatShareFromTheNewest()
    {
        using var scope = NewDisposeScope();
        var replay = ToyEpisodes.Replay(20, steps: 2);
        replay.Add(ToyEpisodes.Create(99, steps: 12));
        (replay.PreferredShare, replay.PreferredFrom) = (0.5, 20);
        var batch = replay.Sample(400, 5, ModalityDropout.None, RandomKey.FromSeed(1), CPU);
        Assert.InRange(batch.Valid[4].sum().item<float>(), 160, 240);
    }
}
