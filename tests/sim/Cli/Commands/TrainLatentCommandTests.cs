using System.Text.Json.Nodes;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Training;
using Robotics.Testing;

namespace Robotics.Tests.Sim.Cli;

public sealed class TrainLatentCommandTests : IDisposable
{
    private const string Small = """
        schema: 1
        estimator: {episode_steps: 4, held_out: 1, training: {batch_size: 2, length: 4, pictures: {updates: 2}}}
        planner: {kind: icem, horizon: 3, population: 6, elites: 2, iterations: 2}
        latent:
          training: {batch_size: 2, length: 5}
          seed_updates: 2
          evaluate_every: 2
          evaluation_episodes: 1
          planned_share: 0.5
          rounds:
            {first_updates: 2, count: ROUNDS, episodes: 1, updates: 2, filter_updates: 1, collect_concurrently: true, final_updates: FINAL}
          multi_step_dynamics: {members: 2, batch_size: 4, steps: 3}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_StoppedOrCalledAgain_ComesToTheSameModel()
    {
        await TrainAsync("stopped", rounds: 0);
        var resumed = await TrainAsync("stopped", rounds: 2);
        var straight = await TrainAsync("straight", rounds: 2);
        await TrainAsync("straight", rounds: 2);

        Assert.Equal(4, (int)resumed["updates"]!);
        Assert.Equal((double)straight["return_mean"]!, (double)resumed["return_mean"]!);
        Assert.InRange((double)resumed["final_distance_m_median"]!, 0.01, 2.5);
        Assert.Equal(Weights("straight"), Weights("stopped"));
        Assert.Contains(
            "Best evaluation episode",
            await File.ReadAllTextAsync(Path.Combine(_folder.Path, "stopped", "report.html"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder.Path, "stopped", "curve.svg")));
        await MeasureAsync();
    }

    /// <summary>A task whose state is observed and whose reward knows no distance: the curve tells returns.</summary>
    [Fact]
    public async Task Train_WithoutCameras_TellsReturnsByEpisode()
    {
        var run = await TrainAsync("state", rounds: 0, task: "cartpole-swingup");

        Assert.Equal([0, 2], run["evaluation_episodes"]!.AsArray().Select(n => (int)n!));
        Assert.Equal(2, run["evaluation_cpu_minutes"]!.AsArray().Count);
        Assert.All(run["evaluation_returns"]!.AsArray(), n => Assert.InRange((double)n!, 0, 1000));
        Assert.Null(run["final_distance_m_median"]);
        Assert.Contains(
            "Return without noise",
            await File.ReadAllTextAsync(Path.Combine(_folder.Path, "state", "report.html"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    /// <summary>The trained models run as a pipeline, compared with baselines on the same initial states.</summary>
    private async Task MeasureAsync()
    {
        var file = Path.Combine(_folder.Path, "see.yaml");
        var shipped = await File.ReadAllTextAsync(
            TestModels.Shipped(Path.Combine("..", "pipelines", "camera-reach.yaml")), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            file,
            shipped.Replace("../tasks/camera-reach.yaml", "camera-reach", StringComparison.Ordinal).Replace(
                "../checkpoints/camera-reach", "straight/estimator", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        string[] arguments = ["eval", "--pipeline", file, "--episodes", "2", "--threads", "1", "--out", Path.Combine(_folder.Path, "eval")];

        var plain = await CommandRun.From([.. arguments, "--beside", "true-state,centroid,mean-goal,random"]);
        var cut = await CommandRun.From([.. arguments, "--camera-cut-at", "0.5", "--frames-dropped", "0.3", "--delay-jitter-ms", "20"]);
        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace(
                "control_hz: 20", "control_hz: 10", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var refused = await CommandRun.From("run", file, "--out", Path.Combine(_folder.Path, "run"));

        Assert.True(plain.ExitCode == 0, plain.Error);
        Assert.True(cut.ExitCode == 0, cut.Error);
        Assert.Equal(1, (double)plain.Result["beside"]!["true-state"]!["success_rate"]!);
        Assert.InRange((double)plain.Result["beside"]!["centroid"]!["final_distance_m_p90"]!, 0, 0.03);
        Assert.Equal(0, (double)plain.Result["beside"]!["mean-goal"]!["success_rate"]!);
        Assert.NotEqual((double)plain.Result["return_mean"]!, (double)cut.Result["return_mean"]!);
        Assert.Equal(1, refused.ExitCode);
        var line = Array.FindIndex(shipped.Split('\n'), l => l.StartsWith("rates:", StringComparison.Ordinal)) + 1;
        Assert.Contains(
            $"{file}:{line}:21: the checkpoint was trained at 20 Hz, not at 10 Hz; give its rate", (string)refused.Result["error"]!,
            StringComparison.Ordinal);
    }

    private async Task<JsonObject> TrainAsync(string name, int rounds, string task = "camera-reach")
    {
        var config = Path.Combine(_folder.Path, "small.yaml");
        await File.WriteAllTextAsync(
            config, Small.Replace("ROUNDS", $"{rounds}", StringComparison.Ordinal).Replace("FINAL", $"{rounds}", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        var run = await CommandRun.From(
            "train", "latent", "--task", task, "--config", config, "--seed-episodes", "2", "--episodes", "2", "--updates", "1", "--threads",
            "1", "--out", Path.Combine(_folder.Path, name));
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Result;
    }

    private List<byte[]> Weights(string name)
    {
        using var filter = SequenceCheckpoint.Load(Path.Combine(_folder.Path, name, "estimator"));
        using var foresight = SequenceCheckpoint.Load(Path.Combine(_folder.Path, name, "estimator", "foresight"));
        using var further = SequenceCheckpoint.Load(Path.Combine(_folder.Path, name, "estimator", "foresight-1"));
        return [.. Bytes(filter), .. Bytes(foresight), .. Bytes(further)];
    }

    private static IEnumerable<byte[]> Bytes(SequenceModel model)
    {
        return [.. model.state_dict().OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Value.bytes.ToArray())];
    }
}
