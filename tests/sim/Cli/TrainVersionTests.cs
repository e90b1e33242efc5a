using Robotics.Testing;


namespace Robotics.Tests.Sim.Cli;

/// <summary>A run that version 0.1.0 wrote with the system's libtorch.</summary>
public sealed class TrainVersionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_Of010_IsEvaluatedAndNotTrainedFurther()
    {
        var run = Path.Combine(_folder.Path, "run");
        Copy(Path.GetFullPath(TestModels.Shipped("../../tests/unit/TorchExtras/Samples/0.1.0/run")), run);
        string[] task = ["--task", "cartpole", "--config", Path.Combine(run, "tiny.yaml"), "--threads", "1"];
        var evaluated = await CommandRun.From(
            ["eval", .. task, "--checkpoint", run, "--episodes", "1", "--seed", "3", "--out", Path.Combine(_folder.Path, "eval")]);
        var trained = await CommandRun.From(["train", .. task, "--seed", "1", "--out", run]);

        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        Assert.Equal(1.430731646633518, (double)evaluated.Result["return_mean"]!, 1e-3);
        Assert.Equal(1, trained.ExitCode);
        Assert.Contains(
            $"the training in {run} was begun with an older libtorch", (string)trained.Result["error"]!, StringComparison.Ordinal);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
