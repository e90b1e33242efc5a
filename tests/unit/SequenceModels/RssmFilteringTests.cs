using Robotics.Core.Beliefs;
using Robotics.Core.Randomness;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Refinement;
using Robotics.SequenceModels.Sequences;
using Robotics.Studies.Amortization;
using Robotics.TorchExtras;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.SequenceModels;

/// <summary>Amortized variational filtering over the latents of a recurrent state-space model that sees a number and a camera.</summary>
public sealed class RssmFilteringTests
{
    private const int Latent = 3;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Gradient_OfTheStepBound_EqualsFiniteDifferences(bool vector, bool image)
    {
        using var scope = NewDisposeScope();
        using var random = TorchRandom.Scope(3);
        using var model = Model(residual: true);
        model.to(float64);

        StepBoundSlopes.EqualFiniteDifferences(model, randn(1, 15, dtype: float64), Row(vector, image, 1).to(float64));
    }

    [Theory]
    [InlineData("direct")]
    [InlineData("experts")]
    [InlineData("slopes")]
    [InlineData("errors")]
    public void Infer_NothingObserved_IsThePrior(string kind)
    {
        using var scope = NewDisposeScope();
        using var random = TorchRandom.Scope(4);
        using var model = Model();
        using var arm = Arm(kind, model);
        var memory = randn(2, 15);
        var prior = model.Prior(memory);

        var (blind, seeing) = (arm.Infer(model, prior, memory, Row(false, false, 2)), arm.Infer(model, prior, memory, Row(true, false, 2)));

        Assert.Equal([0f, 0f], blind.Distribution.KlFrom(prior.Distribution).ToFloats());
        Assert.True(seeing.Distribution.KlFrom(prior.Distribution).min().item<float>() > 0);
    }

    [Fact]
    public void LogLikelihood_OfWhatIsMissing_IsNotThere()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Model();
        var (memory, latent) = (randn(1, 15), randn(4, 1, Latent));
        var both = model.LogLikelihood(latent, memory, Row(true, true, 1));

        var (vector, image) =
            (model.LogLikelihood(latent, memory, Row(true, false, 1)), model.LogLikelihood(latent, memory, Row(false, true, 1)));

        Assert.True((both - vector - image).abs().max().item<float>() < 1e-3);
        Assert.Equal(new float[4], model.LogLikelihood(latent, memory, Row(false, false, 1)).ToFloats());
        Assert.Equal([0f], model.Error(latent[0], memory, Row(false, true, 1)).ToFloats());
    }

    [Fact]
    public void Direct_StepByStep_IsWhatTheModelInfers()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Model();
        var batch = ToyEpisodes.Replay(4).Sample(3, 9, new ModalityDropout { Start = 0.3, MeanGap = 2 }, RandomKey.FromSeed(2), CPU);
        var expected = model.Model.Infer(batch, sample: false);
        var carry = model.Start(3);

        var t = 0;
        foreach (var row in RssmRows.From(batch).unbind(0))
        {
            var memory = model.Before(carry, row);
            var found = model.Direct(model.Prior(memory), memory, row);
            carry = model.After(memory, row, found.Mean);
            Assert.True((found.Distribution.Std - expected.Posterior.Std[t]).abs().max().item<float>() < 1e-5, $"step {t}");
            Assert.True((carry - expected.Carries[t++]).abs().max().item<float>() < 1e-5);
        }
    }

    [Fact]
    public void Fit_SlopesOnPicturesToo_RaisesTheBoundOverTheExperts()
    {
        using var model = Model();
        using var arm = Arm("slopes", model);
        var (replay, key) = (ToyEpisodes.Replay(4), RandomKey.FromSeed(6));

        RssmRefinement.Fit(model, arm, replay, new RefinementOptions { Updates = 30, Batch = 32, Length = 8 },
            key, null, TestContext.Current.CancellationToken);
        var (experts, slopes) = (RssmRefinement.Measure(model, null, replay, key), RssmRefinement.Measure(model, arm, replay, key));

        Assert.True(slopes > experts, $"{slopes} against {experts} nats a step");
    }

    [Fact]
    public void Estimator_WithSlopes_FiltersByThem()
    {
        using var model = Model();
        using var arm = Arm("slopes", model);
        IStateEstimator plain = new RssmEstimator(model.Model), refined = new RssmEstimator(model, arm);
        var (first, second, frame) = (plain.CreateBelief(), refined.CreateBelief(), new ObservationFrame(plain.Modalities));
        foreach (var (estimator, belief) in new[] { (plain, first), (refined, second) })
        {
            estimator.Reset(belief);
            estimator.Correct(belief, frame, belief);
        }

        Assert.Equal(first.Mean, second.Mean);
        (frame[1].IsNew, frame[1].AgeSeconds) = (true, 0.01);
        plain.Embed(frame[1], 1);
        plain.Correct(first, frame, first);
        refined.Correct(second, frame, second);
        Assert.NotEqual(first.Mean, second.Mean);
        Assert.All(second.Mean.Concat(second.StandardDeviation), v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Run_OverAStateSpaceModel_HasFiniteFiguresOfEveryArm()
    {
        var sizes = new AmortizationSizes(2, 2, 3, 4, 4, 4, 3, 2);
        var study = AmortizationExperiment.FromStateSpaceModel(AmortizationData.GainShifts, 0.1, sizes);

        var results = study.Run(RandomKey.FromSeed(1), _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal(["experts", "direct", "direct_4_gradient_steps", "direct_4x", "avf_1", "avf_2", "avf_4", "avf_8", "avf_errors_4"],
            results.Select(r => r.Condition));
        Assert.All(results, r => Assert.True(double.IsFinite(r.Gap + r.BoundPerStep + r.ImportanceWeightedPerStep), r.ToString()));
        Assert.All(results.Skip(4), r => Assert.InRange((double)r.Parameters / results[1].Parameters, 0.9, 1.0));
    }

    private static RssmFilteringModel Model(bool residual = false) => new((RecurrentStateSpaceModel)SequenceModel.Create(
        ToyEpisodes.Layout, ToyEpisodes.Tiny() with { ResidualPrior = residual, PictureDeviation = 0.5, VectorDeviation = 0.3 },
        RandomKey.FromSeed(1)));

    private static PosteriorInference Arm(string kind, RssmFilteringModel model) => kind switch
    {
        "direct" => new DirectEncoder(model, 6),
        "experts" => new ProductOfExperts(model),
        "slopes" => new GradientRefinement(model, 6, 2),
        _ => new ErrorRefinement(model, 6, 2, new ProductOfExperts(model)),
    };

    private static Tensor Row(bool vector, bool image, int count) => RssmRows.From(
        zeros(count, 1), Part(vector, count, 1), Part(image, count, ToyEpisodes.Side * ToyEpisodes.Side));

    private static (Tensor, Tensor, Tensor) Part(bool known, int count, int size)
    {
        using var random = TorchRandom.Scope((ulong)size);
        return (full([count, 1], known ? 1f : 0f), full([count, 1], known ? 0.3f : 0f),
            known ? rand(count, size) - 0.5 : zeros(count, size));
    }
}
