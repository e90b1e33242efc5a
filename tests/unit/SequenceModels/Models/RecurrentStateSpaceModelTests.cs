using Robotics.Core.Beliefs;
using Robotics.Core.Randomness;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.SequenceModels;

public class RecurrentStateSpaceModelTests
{
    private static readonly ModalityDropout Blind = new() { Whole = 0, Start = 0.5, MeanGap = 100 };

    [Fact]
    public void Infer_NothingObserved_HasNoDivergenceAtAll()
    {
        using var scope = NewDisposeScope();
        using var model = SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(), RandomKey.FromSeed(1));
        var batch = ToyEpisodes.Replay(3).Whole(0, 3, 13, CPU);
        var hidden = batch with
        {
            Modalities = [.. batch.Modalities.Select(m =>
            m with { KeptReadings = m.KeptReadings.narrow(0, 0, 0), KeptRows = m.KeptRows.narrow(0, 0, 0), Kept = zeros_like(m.Kept) })]
        };
        var inferred = model.Infer(hidden, sample: true);
        Assert.Equal(0f, inferred.Posterior.KlFrom(inferred.Prior).abs().max().item<float>());
        var seen = model.Infer(batch, sample: true);
        Assert.True(seen.Posterior.KlFrom(seen.Prior).min().item<float>() > 0);
    }

    [Fact]
    public void Experts_StartedLinear_PassVectorsOnLinearly()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = (RecurrentStateSpaceModel)SequenceModel.Create(
            ToyEpisodes.Layout, ToyEpisodes.Tiny() with { Hidden = 16, Embedding = 8, StartLinear = true }, RandomKey.FromSeed(1));
        var path = randn(1, model.Options.Deterministic) * 0.3;

        var curve = Mean(0.7f) + Mean(-1.9f) - Mean(0) - Mean(-1.2f);

        Assert.Equal(0f, curve.abs().max().item<float>(), 1e-4f);
        Assert.True((Mean(1) - Mean(0)).abs().max().item<float>() > 0.05f);

        Tensor Mean(float x)
        {
            var embedding = cat([model.Encoder[0].call(tensor([x], [1, 1])), zeros(1, 1)], 1);
            return model.ExpertOf(0, path, model.Experts[0].Project(embedding)).Mean;
        }
    }

    [Fact]
    public void Imagine_AfterTheLastStep_IsInferenceWithoutObservations()
    {
        using var scope = NewDisposeScope();
        using var model = SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(), RandomKey.FromSeed(1));
        var batch = ToyEpisodes.Replay(2).Whole(0, 2, 13, CPU);
        var cut = batch with { Modalities = [.. batch.Modalities.Select(m => CutAfter(m, 5, 2))] };
        var inferred = model.Infer(cut, sample: false);
        var imagined = model.Imagine(inferred.Carries[5], batch.Actions.narrow(0, 6, 7), sample: false);
        Assert.Equal(0f, (imagined - inferred.Features.narrow(0, 6, 7)).abs().max().item<float>(), 5);
    }

    [Theory]
    [InlineData(SequenceModelKind.Rssm)]
    [InlineData(SequenceModelKind.Rnn)]
    [InlineData(SequenceModelKind.Ssm)]
    [InlineData(SequenceModelKind.Vrnn)]
    [InlineData(SequenceModelKind.Srnn)]
    [InlineData(SequenceModelKind.MeanField)]
    [InlineData(SequenceModelKind.Markovian)]
    [InlineData(SequenceModelKind.Structured)]
    public void Compute_AllParts_GiveEveryParameterAGradient(SequenceModelKind kind)
    {
        using var scope = NewDisposeScope();
        using var model = SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(kind), RandomKey.FromSeed(1));
        var options = new SequenceTrainingOptions { FreeNats = 0, OvershootingDistance = 4, Balance = 0.8 };
        var batch = ToyEpisodes.Replay(3).Sample(4, 10, new ModalityDropout(), RandomKey.FromSeed(2), CPU);
        var (loss, parts) = SequenceObjective.Compute(model, batch, options);
        loss.backward();
        foreach (var (name, parameter) in model.named_parameters())
        {
            Assert.True(parameter.grad is not null, name);
            Assert.True(parameter.grad!.isfinite().all().item<bool>(), name);
            Assert.True(parameter.grad!.abs().sum().item<float>() > 0, name);
        }

        Assert.Equal(kind is SequenceModelKind.Rssm or SequenceModelKind.Rnn or SequenceModelKind.Ssm, parts.Overshooting > 0);
    }

    [Theory]
    [InlineData(SequenceModelKind.Vrnn)]
    [InlineData(SequenceModelKind.Srnn)]
    [InlineData(SequenceModelKind.Markovian)]
    [InlineData(SequenceModelKind.Structured)]
    public void Imagine_FromAnyCarry_GivesDecodableFeatures(SequenceModelKind kind)
    {
        using var scope = NewDisposeScope();
        using var model = SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(kind), RandomKey.FromSeed(1));
        var batch = ToyEpisodes.Replay(2).Whole(0, 2, 13, CPU);
        var inferred = model.Infer(batch, sample: false);
        var features = model.Imagine(inferred.Carries[5], batch.Actions.narrow(0, 6, 7), sample: true);
        Assert.Equal([7, 2, model.FeatureDimension], features.shape);
        Assert.Equal([14, 1, 8, 8], model.Decoder.Decode(1, features.view(14, -1)).shape);
    }

    [Fact]
    public void Compute_HiddenReading_IsStillToBeExplained()
    {
        using var scope = NewDisposeScope();
        using var model = SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(), RandomKey.FromSeed(1));
        var batch = ToyEpisodes.Replay(3).Sample(8, 10, Blind, RandomKey.FromSeed(2), CPU);
        Assert.True(batch.Modalities[1].KeptRows.shape[0] < batch.Modalities[1].Count);
        var negativeLogLikelihood = model.Decoder.NegativeLogLikelihood(1, model.Infer(batch, sample: true).Features, batch);
        Assert.Equal(batch.Modalities[1].Count, negativeLogLikelihood.shape[0]);
    }

    [Fact]
    public void Overshoot_TwoSteps_IsThePriorOfTwoStepsWithoutObservations()
    {
        using var scope = NewDisposeScope();
        using var model = (RecurrentStateSpaceModel)SequenceModel.Create(
            ToyEpisodes.Layout, ToyEpisodes.Tiny(SequenceModelKind.Rnn), RandomKey.FromSeed(1));
        var batch = ToyEpisodes.Replay(2).Whole(0, 2, 13, CPU);
        var inferred = model.Infer(batch, sample: true);
        var ahead = model.Overshoot(inferred, batch, 3);
        Assert.Equal(2, ahead.Count);
        Assert.Equal([11, 2, 3], ahead[0].Mean.shape);
        var first = model.Advance(inferred.Carries[4], batch.Actions[5], sample: false).Carry;
        var second = model.Advance(first, batch.Actions[6], sample: false).Prior;
        Assert.Equal(0f, (second.Mean - ahead[0].Mean[4]).abs().max().item<float>(), 5);
    }

    [Theory]
    [InlineData(SequenceModelKind.Rssm)]
    [InlineData(SequenceModelKind.Rnn)]
    public void Estimator_StepByStep_IsTheModelsInferenceOfTheMeans(SequenceModelKind kind)
    {
        using var scope = NewDisposeScope();
        using var model = (RecurrentStateSpaceModel)SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(kind), RandomKey.FromSeed(1));
        var replay = ToyEpisodes.Replay(1);
        var expected = model.Infer(replay.Whole(0, 1, 13, CPU), sample: false);
        IStateEstimator estimator = new RssmEstimator(model);
        var (belief, frame, sequence) = (estimator.CreateBelief(), new ObservationFrame(estimator.Modalities), replay.Sequences[0]);
        estimator.Reset(belief);
        for (var t = 0; t < 13; t++)
        {
            if (t > 0)
                estimator.Predict(belief, sequence.Episode.Action(t - 1), 0.05, belief);
            for (var m = 0; m < 2; m++)
            {
                var reading = frame[m];
                (reading.IsNew, reading.AgeSeconds) = (sequence.IsNew(m, t), sequence.Age(m, t) * 0.05);
                if (!reading.IsNew)
                    continue;
                if (m == 0)
                    sequence.Vector(m, t).CopyTo(reading.Values);
                else
                    sequence.Image(m, t).ToArray().Select(b => b / 255f).ToArray().CopyTo(reading.Values, 0);
                estimator.Embed(reading, m);
            }

            estimator.Correct(belief, frame, belief);
            var wanted = expected.Features[t, 0];
            for (var i = 0; i < belief.Mean.Length; i++)
                Assert.Equal(wanted[i].item<float>(), belief.Mean[i], 4);
        }

        Assert.Equal(0.6, belief.At.Nanoseconds * 1e-9, 6);
    }

    private static ModalityBatch CutAfter(ModalityBatch m, int last, int count)
    {
        var keep = m.KeptRows.less(((last + 1) * count)).nonzero().flatten();
        var mask = m.Kept.clone();
        mask.narrow(0, last + 1, mask.shape[0] - last - 1).fill_(0);
        return m with { KeptReadings = m.KeptReadings.index_select(0, keep), KeptRows = m.KeptRows.index_select(0, keep), Kept = mask };
    }
}
