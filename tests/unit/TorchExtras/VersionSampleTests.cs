using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Training;
using Robotics.Tests.Unit.Architecture;
using Robotics.Tests.Unit.SequenceModels;
using Robotics.Tests.Unit.WorldModel;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.TorchExtras;

/// <summary>
/// Files written by version 0.1.0 with the system's libtorch 1.13 (commit 1520d08), by the code of <see cref="ToyEpisodes"/> and
/// <see cref="ToyTask"/>, and what that version computed from them: they load and predict the same, and are not trained further.
/// </summary>
public sealed class VersionSampleTests
{
    private static string Samples => Path.Combine(Checkout.Root, "tests", "unit", "TorchExtras", "Samples", "0.1.0");

    [Fact]
    public void SequenceCheckpoint_Of010_InfersAsItDid()
    {
        using var scope = NewDisposeScope();
        using var model = SequenceCheckpoint.Load(Path.Combine(Samples, "sequence-model"));
        var features = model.Infer(ToyEpisodes.Replay(4).Whole(0, 2, 13, CPU), sample: false).Features.to(ScalarType.Float64);
        Assert.Equal([13L, 2, 15], features.shape);
        Assert.Equal(-17.84995489520952, features.sum().item<double>(), 1e-4);
        Assert.Equal(15.882864815862096, features.square().sum().item<double>(), 1e-4);
    }

    [Fact]
    public void SequenceCheckpoint_Of010_IsNotTrainedFurther()
    {
        var options = new SequenceTrainingOptions
        {
            BatchSize = 4,
            Length = 8,
            LearningRate = 3e-3,
            DecayAfter = 2,
            DecayUpdates = 1000,
            FreeNats = 0.1,
        };
        using var model = SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(), default);
        using var trainer = new SequenceTrainer(model, options, RandomKey.FromSeed(2));
        var message = Assert.Throws<UserErrorException>(
            () => SequenceCheckpoint.Resume(Path.Combine(Samples, "sequence-model"), trainer)).Message;
        Assert.Contains("was begun with an older libtorch", message, StringComparison.Ordinal);
        Assert.Contains(TorchProcess.Version, message, StringComparison.Ordinal);
        Assert.Equal(0, trainer.Updates);
    }

    [Fact]
    public void EnsembleCheckpoint_Of010_RollsOutAsItDid()
    {
        using var learner = ToyTask.Learner(seed: 9);
        learner.Load(Path.Combine(Samples, "ensemble"));
        float[] expected = [0.9120443f, 0.65408015f, 0.73111326f, 1.2388755f, 1.1015946f, 1.7046076f, 1.3491598f, 1.1642597f];
        Assert.Equal(expected, ToyTask.Returns(learner.Evaluator), (a, b) => MathF.Abs(a - b) < 1e-5f);
    }
}
