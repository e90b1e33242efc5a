using Robotics.Core.Beliefs;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Streams;
using Robotics.Inference.Formats;
using Robotics.Inference.Rssm;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Refinement;
using Robotics.SequenceModels.Training;
using Robotics.StateEstimation.Filters;
using Robotics.Tests.Unit.SequenceModels;
using Robotics.Tests.Unit.StateEstimation;
using Robotics.TorchExtras;
using static Robotics.Tests.Unit.StateEstimation.RandomReadings;

namespace Robotics.Tests.Unit.Inference;

/// <summary>
/// The compiled refinement compared with libtorch's, with random weights, over random readings of which some are missing.
/// </summary>
public sealed class CompiledRefinementTests : IDisposable
{

    private static readonly SequenceModality[] Modalities =
    [
        new("joints", [.. Enumerable.Range(0, 7).Select(i => $"q.{i}")], null),
        new("force", ["f.0", "f.1"], null),
        new("front", [], new ImageFormat(32, 32, 1)),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("refinement");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Filter_RandomSequenceWithDropOuts_EqualsLibtorch(bool camera, bool fromExperts)
    {
        using var made = new Made(camera, fromExperts);

        var (expected, found) = (Filter(new RssmEstimator(made.Model, made.Arm), 25), Filter(made.Compile(), 25));

        Assert.NotEqual(Filter(new CompiledRssmEstimator(made.Compiled), 25)[0], found[0]);
        for (var t = 0; t < expected.Count; t++)
            Assert.True(Distance(expected[t], found[t]) < 1e-4, $"part {t}: {Distance(expected[t], found[t])}");
    }

    [Fact]
    public void Filter_SameReadingsTwice_GivesTheSameBits()
    {
        using var made = new Made(camera: true, fromExperts: true);
        Assert.Equal(Filter(made.Compile(), 20), Filter(made.Compile(), 20));
    }

    [Fact]
    public void Correct_NothingNew_IsExactlyThePrior()
    {
        using var made = new Made(camera: true, fromExperts: true);
        IStateEstimator estimator = made.Compile();
        var (prior, posterior) = (estimator.CreateBelief(), estimator.CreateBelief());
        estimator.Reset(prior);

        estimator.Correct(prior, new ObservationFrame(estimator.Modalities), posterior);

        Assert.Equal(prior.Mean, posterior.Mean);
        Assert.Equal(prior.StandardDeviation, posterior.StandardDeviation);
    }

    [Fact]
    public void Correct_AfterWarmUp_AllocatesNothing()
    {
        using var made = new Made(camera: true, fromExperts: true);
        IStateEstimator estimator = made.Compile();
        Assert.Equal(0, RandomReadings.AllocatedByStepsOf(estimator));
    }

    [Fact]
    public void Load_Checkpoint_IsTheRefinementThatWasSaved()
    {
        using var made = new Made(camera: true, fromExperts: true);
        SequenceCheckpoint.SaveModel(_folder.FullName, made.Model.Model);
        RefinementCheckpoint.Save(_folder.FullName, made.Arm);

        var model = RssmCompiler.Load(_folder.FullName);
        var loaded = new CompiledRssmEstimator(model, RefinementCompiler.Load(_folder.FullName, model));
        using var again = RefinementCheckpoint.Load(_folder.FullName, made.Model);

        Assert.Equal(Filter(made.Compile(), 10), Filter(loaded, 10));
        Assert.Equal(Filter(new RssmEstimator(made.Model, made.Arm), 3), Filter(new RssmEstimator(made.Model, again), 3));
    }

    [Fact]
    public void Load_OfAnotherEstimator_SaysSo()
    {
        using var made = new Made(camera: false, fromExperts: false);
        using var other = new Made(camera: false, fromExperts: false, seed: 2);
        SequenceCheckpoint.SaveModel(_folder.FullName, made.Model.Model);
        RefinementCheckpoint.Save(_folder.FullName, made.Arm);
        SequenceCheckpoint.SaveModel(_folder.FullName, other.Model.Model);

        var error = Assert.Throws<UserErrorException>(() => RefinementCompiler.Load(_folder.FullName, RssmCompiler.Load(_folder.FullName)));

        Assert.Contains("other weights of the estimator", error.Message);
    }

    [Fact]
    public void Compile_FromThePriorWithACamera_SaysThatItWouldNotSee()
    {
        using var made = new Made(camera: true, fromExperts: false);
        Assert.Contains("cameras", Assert.Throws<ArgumentException>(made.Compile).Message);
    }

    [Fact]
    public void Learn_OnEpisodes_RaisesTheBoundOverThePriors()
    {
        using var model = new RssmFilteringModel(
            (RecurrentStateSpaceModel)SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(), RandomKey.FromSeed(1)));
        var (replay, key) = (ToyEpisodes.Replay(6), RandomKey.FromSeed(4));
        var options = new RefinementOptions { Updates = 60, Width = 16, Batch = 32, Length = 8 };
        var reported = 0L;

        using var arm = RssmRefinement.Learn(
            model, replay, options, key, (update, _) => reported = update, TestContext.Current.CancellationToken);
        var (own, refined) = (RssmRefinement.Measure(model, null, replay, key), RssmRefinement.Measure(model, arm, replay, key));

        Assert.True(arm.HasStart);
        Assert.Equal(60, reported);
        Assert.True(refined > own, $"{refined} against {own} nats a step");
    }

    private sealed class Made : IDisposable
    {
        public Made(bool camera, bool fromExperts, ulong seed = 1)
        {
            var options = new SequenceModelOptions
            {
                Deterministic = 20,
                Stochastic = 5,
                Hidden = 24,
                Embedding = 12,
                Channels = 4,
                Reconstruction = 32,
            };
            var layout = new SequenceLayout(camera ? Modalities : Modalities[..2], ActionDimension: 4, Period);
            Model = new RssmFilteringModel((RecurrentStateSpaceModel)SequenceModel.Create(layout, options, RandomKey.FromSeed(seed)));
            using var random = TorchRandom.Scope(seed);
            Arm = new ErrorRefinement(Model, 16, 4, fromExperts ? new ProductOfExperts(Model) : null);
            Compiled = RssmExport.Compile(Model.Model);
        }

        public RssmFilteringModel Model { get; }

        public ErrorRefinement Arm { get; }

        public CompiledRssm Compiled { get; }

        public CompiledRssmEstimator Compile() => new(Compiled, RefinementExport.Compile(Arm, Model, Compiled));

        public void Dispose()
        {
            Arm.Dispose();
            Model.Dispose();
        }
    }
}
