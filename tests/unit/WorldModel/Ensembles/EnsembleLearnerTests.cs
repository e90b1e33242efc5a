using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Testing;
using Robotics.WorldModel.Ensembles;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.WorldModel;

public class EnsembleLearnerTests
{
    [Fact]
    public void Train_SameKeys_GivesTheSameModelBitForBit()
    {
        using var first = ToyTask.Learner();
        using var second = ToyTask.Learner();
        using var other = ToyTask.Learner();
        Train(first, 100, 1);
        Train(second, 100, 1);
        Train(other, 100, 2);
        Assert.Equal(Bits(first), Bits(second));
        Assert.NotEqual(Bits(first), Bits(other));
    }

    [Fact]
    public void Train_AnyTime_RefreshesTheOneEvaluator()
    {
        using var learner = ToyTask.Learner();
        var evaluator = learner.Evaluator;
        var untrained = ToyTask.Returns(evaluator).ToArray();
        var report = Train(learner, 100, 1);
        Assert.Same(evaluator, learner.Evaluator);
        Assert.NotEqual(untrained, ToyTask.Returns(evaluator));
        Assert.Equal(8, report.Updates); // 2 epochs of ⌈100 / 32⌉ batches
        Assert.Equal(100, report.Metrics["transitions"]);
        Assert.All(report.Metrics.Values, v => Assert.True(double.IsFinite(v)));
    }

    [Fact]
    public void Train_MoreExperience_PredictsTheNextStepBetter()
    {
        using var learner = ToyTask.Learner(options: ToyTask.Options with { Epochs = 40, Hidden = [32, 32] });
        var first = Train(learner, 500, 1).Metrics["training_rmse"];
        var second = Train(learner, 500, 2).Metrics["training_rmse"];
        Assert.True(second < first, $"{first}, then {second}");
        Assert.Equal(0.0158, second, 0.004); // the noise: √((0.01² + 0.02²) / 2)
    }

    [Fact]
    public void Train_ChangesOfMillimetres_StatesTheirNoiseOnlyInUnitsOfTheirSpread()
    {
        var stream = RandomKey.FromSeed(8).OpenStream();
        var (now, action, next) = (new float[3000], new float[1000], new float[3000]);
        for (var i = 0; i < 1000; i++)
        {
            now[i * 3] = (float)stream.NextGaussian();
            action[i] = (float)stream.NextUniform(-1, 1);
            next[i * 3] = now[i * 3] + (0.002f * action[i]) + (0.0002f * (float)stream.NextGaussian());
            next[(i * 3) + 1] = 0.0002f * (float)stream.NextGaussian();
        }

        double Std(bool normalize)
        {
            using var learner = ToyTask.Learner(options: ToyTask.Options with { Epochs = 30, NormalizeTargets = normalize });
            return learner.Train(new TransitionSet(1000, now, action, next), RandomKey.FromSeed(1), null, CancellationToken.None)
                .Metrics["aleatoric_deviation"];
        }

        Assert.Equal(0.0002, Std(normalize: true), 0.00004);
        Assert.True(Std(normalize: false) > 0.002);
    }

    [Fact]
    public void Train_MaximumUpdates_StopsThere()
    {
        using var learner = ToyTask.Learner(options: ToyTask.Options with { MaximumUpdates = 5 });
        Assert.Equal(5, Train(learner, 100, 1).Updates);
    }

    [Fact]
    public void Train_ObservationsOfExtremeSize_SaysWhatToDo()
    {
        using var learner = ToyTask.Learner();
        var experience = new TransitionSet(2, new float[6], new float[2], [1e30f, 0, 0, 0, 0, 0]);
        var error = Assert.Throws<TrainingFailedException>(
            () => learner.Train(experience, RandomKey.FromSeed(1), null, CancellationToken.None));
        Assert.Contains("loss became NaN at update 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("lower learning_rate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_Cancelled_Stops()
    {
        using var learner = ToyTask.Learner();
        Assert.Throws<OperationCanceledException>(
            () => learner.Train(ToyTask.Experience(100), RandomKey.FromSeed(1), null, new CancellationToken(true)));
    }

    [Fact]
    public void Train_Repeatedly_LeavesNoTensorsBehind()
    {
        using var learner = ToyTask.Learner();
        Train(learner, 100, 1);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Train(learner, 200, 2);
        using (var folder = new TemporaryFolder())
        {
            learner.Save(folder.Path);
            learner.Load(folder.Path);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Dispose_AfterTraining_FreesEveryTensor()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var learner = ToyTask.Learner())
            Train(learner, 100, 1);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    internal static LearningReport Train(EnsembleLearner learner, int count, ulong seed) =>
        learner.Train(ToyTask.Experience(count), RandomKey.FromSeed(seed), null, CancellationToken.None);

    internal static Dictionary<string, string> Bits(EnsembleLearner learner)
    {
        using var scope = NewDisposeScope();
        return learner.Model.state_dict().ToDictionary(t => t.Key, t => Convert.ToHexString(t.Value.bytes));
    }
}
