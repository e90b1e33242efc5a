using Robotics.Core.Errors;
using Robotics.Core.Spaces;
using Robotics.Data.Safetensors;
using Robotics.Testing;

namespace Robotics.Tests.Unit.WorldModel;

public class EnsembleCheckpointTests
{
    private const string Golden = """
        adam.exp_avg.layers.0.bias F32 [3, 1, 16]
        adam.exp_avg.layers.0.weight F32 [3, 5, 16]
        adam.exp_avg.layers.1.bias F32 [3, 1, 16]
        adam.exp_avg.layers.1.weight F32 [3, 16, 16]
        adam.exp_avg.layers.2.bias F32 [3, 1, 4]
        adam.exp_avg.layers.2.weight F32 [3, 16, 4]
        adam.exp_avg.max_logvar F32 [1, 2]
        adam.exp_avg.min_logvar F32 [1, 2]
        adam.exp_avg_sq.layers.0.bias F32 [3, 1, 16]
        adam.exp_avg_sq.layers.0.weight F32 [3, 5, 16]
        adam.exp_avg_sq.layers.1.bias F32 [3, 1, 16]
        adam.exp_avg_sq.layers.1.weight F32 [3, 16, 16]
        adam.exp_avg_sq.layers.2.bias F32 [3, 1, 4]
        adam.exp_avg_sq.layers.2.weight F32 [3, 16, 4]
        adam.exp_avg_sq.max_logvar F32 [1, 2]
        adam.exp_avg_sq.min_logvar F32 [1, 2]
        adam.step I64 [1]
        model.input_mean F32 [1, 5]
        model.input_std F32 [1, 5]
        model.layers.0.bias F32 [3, 1, 16]
        model.layers.0.weight F32 [3, 5, 16]
        model.layers.1.bias F32 [3, 1, 16]
        model.layers.1.weight F32 [3, 16, 16]
        model.layers.2.bias F32 [3, 1, 4]
        model.layers.2.weight F32 [3, 16, 4]
        model.max_logvar F32 [1, 2]
        model.min_logvar F32 [1, 2]
        model.target_std F32 [1, 2]
        """;

    [Fact]
    public void Load_ThenTrain_GoesOnBitForBit()
    {
        using var folder = new TemporaryFolder();
        using var straight = ToyTask.Learner();
        EnsembleLearnerTests.Train(straight, 100, 1);
        straight.Save(folder.Path);
        EnsembleLearnerTests.Train(straight, 200, 2);

        using var resumed = ToyTask.Learner(seed: 99);
        resumed.Load(folder.Path);
        EnsembleLearnerTests.Train(resumed, 200, 2);

        Assert.Equal(EnsembleLearnerTests.Bits(straight), EnsembleLearnerTests.Bits(resumed));
        Assert.Equal(ToyTask.Returns(straight.Evaluator), ToyTask.Returns(resumed.Evaluator));
    }

    [Fact]
    public void Save_KeysAndShapes_AreTheGoldenOnes()
    {
        using var folder = new TemporaryFolder();
        using var learner = ToyTask.Learner();
        learner.Save(folder.Path);
        var file = SafetensorsFile.Read(Path.Combine(folder.Path, "ensemble.safetensors"));
        var lines = file.Tensors.OrderBy(t => t.Key, StringComparer.Ordinal)
            .Select(t => $"{t.Key} {t.Value.Element.NameOf()} [{string.Join(", ", t.Value.Shape)}]");
        Assert.Equal(Golden.ReplaceLineEndings("\n"), string.Join('\n', lines));
        Assert.Equal(["action_space", "commit", "control_period_seconds", "format", "format_version", "observation_space"],
            file.Metadata.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Load_FileFromBeforeTargetsHadAUnit_PredictsAsItDid()
    {
        using var folder = new TemporaryFolder();
        using var learner = ToyTask.Learner(options: ToyTask.Options with { NormalizeTargets = false });
        EnsembleLearnerTests.Train(learner, 100, 1);
        learner.Save(folder.Path);
        var path = Path.Combine(folder.Path, "ensemble.safetensors");
        var whole = SafetensorsFile.Read(path);
        var old = new SafetensorsFile();
        foreach (var (key, value) in whole.Metadata)
            old.Metadata[key] = value;
        foreach (var (key, value) in whole.Tensors.Where(t => t.Key != "model.target_std"))
            old.Set(key, value);
        old.Write(path);

        using var resumed = ToyTask.Learner(seed: 2);
        EnsembleLearnerTests.Train(resumed, 100, 3);
        resumed.Load(folder.Path);

        Assert.Equal(ToyTask.Returns(learner.Evaluator), ToyTask.Returns(resumed.Evaluator));
    }

    [Fact]
    public void Load_AnotherTasksModel_IsRefusedAndChangesNothing()
    {
        using var folder = new TemporaryFolder();
        using var source = ToyTask.Learner();
        source.Save(folder.Path);
        var space = new ObservationSpace([.. ToyTask.Observations.Elements.Select(e => e with { Name = e.Name + "2" })]);
        using var target = ToyTask.Learner(seed: 2, observations: space);
        var before = EnsembleLearnerTests.Bits(target);
        var error = Assert.Throws<UserErrorException>(() => target.Load(folder.Path));
        Assert.Contains("was trained for another task", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, EnsembleLearnerTests.Bits(target));
    }

    [Fact]
    public void Load_AnotherControlPeriod_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var source = ToyTask.Learner();
        source.Save(folder.Path);
        using var target = ToyTask.Learner(period: 0.02);
        var error = Assert.Throws<UserErrorException>(() => target.Load(folder.Path));
        Assert.Contains("its control period seconds is 0.05, this task's is 0.02", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OtherLayers_IsRefusedWithTheKey()
    {
        using var folder = new TemporaryFolder();
        using var source = ToyTask.Learner();
        source.Save(folder.Path);
        using var target = ToyTask.Learner(options: ToyTask.Options with { Hidden = [16, 17] });
        var error = Assert.Throws<UserErrorException>(() => target.Load(folder.Path));
        Assert.Contains("model.layers.1.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NewerVersion_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var learner = ToyTask.Learner();
        learner.Save(folder.Path);
        var path = Path.Combine(folder.Path, "ensemble.safetensors");
        var file = SafetensorsFile.Read(path);
        file.Metadata["format_version"] = "2";
        file.Write(path);
        var error = Assert.Throws<UserErrorException>(() => learner.Load(folder.Path));
        Assert.Contains("update the program", error.Message, StringComparison.Ordinal);
    }
}
