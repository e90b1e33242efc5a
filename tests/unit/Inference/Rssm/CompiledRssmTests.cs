using Robotics.Core.Beliefs;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Streams;
using Robotics.Inference.Formats;
using Robotics.Inference.Rssm;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Training;
using Robotics.StateEstimation.Filters;
using Robotics.Tests.Unit.StateEstimation;
using Robotics.TorchExtras;
using static Robotics.Tests.Unit.StateEstimation.RandomReadings;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.Inference;

/// <summary>The compiled filter compared with libtorch's, with random weights, over random readings of which some are missing.</summary>
public class CompiledRssmTests
{

    private static readonly SequenceLayout Layout = new(
        [
            new SequenceModality("joints", [.. Enumerable.Range(0, 7).Select(i => $"q.{i}")], null),
            new SequenceModality("front", [], new ImageFormat(64, 64, 3)),
            new SequenceModality("side", [], new ImageFormat(32, 32, 1)),
        ],
        ActionDimension: 4,
        Period);

    [Theory]
    [InlineData("small")]
    [InlineData("planet")]
    public void Filter_RandomSequenceWithDropOuts_EqualsLibtorch(string preset)
    {
        using var model = Model(preset == "small" ? SequenceModelOptions.Small with { Reconstruction = 32 }
            : SequenceModelOptions.Planet with { Reconstruction = 32 });
        AssertEqual(new RssmEstimator(model), new CompiledRssmEstimator(RssmExport.Compile(model)), steps: 25);
    }

    [Fact]
    public void Filter_DeterministicHalf_EqualsLibtorch()
    {
        using var model = Model(Tiny with { Kind = SequenceModelKind.Rnn });
        AssertEqual(new RssmEstimator(model), new CompiledRssmEstimator(RssmExport.Compile(model)), steps: 15);
    }

    [Fact]
    public void Load_Checkpoint_IsTheModelThatWasSaved()
    {
        using var model = Model(Tiny);
        var folder = Directory.CreateTempSubdirectory("rssm");
        try
        {
            SequenceCheckpoint.SaveModel(folder.FullName, model);
            var loaded = Filter(new CompiledRssmEstimator(RssmCompiler.Load(folder.FullName)), 10);

            Assert.Equal(Filter(new CompiledRssmEstimator(RssmExport.Compile(model)), 10), loaded);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Correct_NothingNew_IsExactlyThePrior()
    {
        using var model = Model(Tiny);
        IStateEstimator estimator = new CompiledRssmEstimator(RssmExport.Compile(model));
        var (prior, posterior) = (estimator.CreateBelief(), estimator.CreateBelief());
        estimator.Reset(prior);
        estimator.Predict(prior, [0.1f, 0.2f, 0.3f, 0.4f], Period, prior);

        estimator.Correct(prior, new ObservationFrame(estimator.Modalities), posterior);

        Assert.Equal(prior.Mean, posterior.Mean);
        Assert.Equal(prior.StandardDeviation, posterior.StandardDeviation);
    }

    [Fact]
    public void Filter_SameReadingsTwice_GivesTheSameBits()
    {
        using var model = Model(Tiny);
        var compiled = RssmExport.Compile(model);

        Assert.Equal(Filter(new CompiledRssmEstimator(compiled), 20), Filter(new CompiledRssmEstimator(compiled), 20));
    }

    [Fact]
    public void Step_AfterWarmUp_AllocatesNothing()
    {
        using var model = Model(Tiny);
        IStateEstimator estimator = new CompiledRssmEstimator(RssmExport.Compile(model));
        Assert.Equal(0, RandomReadings.AllocatedByStepsOf(estimator));
    }

    [Fact]
    public void Advance_RowsOfABatch_AreRowsAloneAndTheModelsPriorAndReward()
    {
        const int Rows = 6;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Model(Tiny);
        var compiled = RssmExport.Compile(model);
        var (memory, features, size) =
            (new RssmMemory(compiled, Rows), new float[Rows * compiled.FeatureDimension], compiled.FeatureDimension);
        var (actions, stds, rewards) = (new float[Rows * 4], new float[Rows * compiled.Stochastic], new float[Rows]);
        var random = RandomKey.FromSeed(5).OpenStream();
        Fill(features, ref random, -1);
        Fill(actions, ref random, -1);
        var (prior, carry) = model.Advance(tensor(features, [Rows, size]), tensor(actions, [Rows, 4]), sample: false);
        var (alone, lonely) = (features[size..(2 * size)], new float[compiled.Stochastic]);

        compiled.Advance(features, actions, features, stds, memory);
        compiled.Reward(features, rewards, memory);
        compiled.Advance(alone, actions.AsSpan(4, 4), alone, lonely, memory);

        Assert.True(Distance(carry.ToFloats(), features) < 1e-5);
        Assert.True(Distance(prior.Std.ToFloats(), stds) < 1e-5);
        Assert.True(Distance(model.Decoder.Reward.forward(carry).ToFloats(), rewards) < 1e-5);
        Assert.Equal(features[size..(2 * size)], alone);
        Assert.Equal(stds[compiled.Stochastic..(2 * compiled.Stochastic)], lonely);
    }

    [Fact]
    public void Compile_WithoutMemory_SaysWhichKindsFilter()
    {
        using var model = Model(Tiny with { Kind = SequenceModelKind.Ssm });
        Assert.Contains("'rssm' or 'rnn'", Assert.Throws<UserErrorException>(() => RssmExport.Compile(model)).Message);
    }

    private static SequenceModelOptions Tiny { get; } =
        new() { Deterministic = 20, Stochastic = 5, Hidden = 24, Embedding = 12, Channels = 4, Reconstruction = 32 };

    private static RecurrentStateSpaceModel Model(SequenceModelOptions options) =>
        (RecurrentStateSpaceModel)SequenceModel.Create(Layout, options, RandomKey.FromSeed(1));

    private static void AssertEqual(IStateEstimator reference, IStateEstimator compiled, int steps)
    {
        var (expected, found) = (Filter(reference, steps), Filter(compiled, steps));
        for (var t = 0; t < expected.Count; t++)
            Assert.True(Distance(expected[t], found[t]) < 1e-4, $"part {t}: {Distance(expected[t], found[t])}");
    }
}
