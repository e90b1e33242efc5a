using Robotics.StateEstimation;
using Robotics.Testing;

namespace Robotics.Tests.Sim.Commands;

public sealed class TrainLatentCommandTests : IDisposable
{
    private const string Small = """
        schema: 1
        estimator: {episode_steps: 4, held_out: 1, training: {batch_size: 2, length: 4}}
        planner: {kind: icem, horizon: 3, population: 6, elites: 2, iterations: 2}
        latent: {seed_updates: 2, evaluate_every: 2, evaluation_episodes: 1, planned_share: 0.5}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_StoppedAfterAnEpisode_GoesOnToTheSameModel()
    {
        var config = Path.Combine(_folder.Path, "small.yaml");
        await File.WriteAllTextAsync(config, Small, TestContext.Current.CancellationToken);

        await TrainAsync(config, "stopped", episodes: 1);
        var resumed = await TrainAsync(config, "stopped", episodes: 2);
        var straight = await TrainAsync(config, "straight", episodes: 2);

        Assert.Equal(4, (int)resumed["updates"]!);
        Assert.Equal((double)straight["return_mean"]!, (double)resumed["return_mean"]!);
        Assert.InRange((double)resumed["final_distance_m_median"]!, 0.01, 1);
        Assert.Equal(Weights("straight"), Weights("stopped"));
        Assert.Contains("Best evaluation episode", await File.ReadAllTextAsync(Path.Combine(_folder.Path, "stopped", "report.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder.Path, "stopped", "curve.svg")));
    }

    private async Task<System.Text.Json.Nodes.JsonObject> TrainAsync(string config, string name, int episodes)
    {
        var run = await CommandRun.Of(
            "train", "latent", "--task", "camera-reach", "--config", config, "--seed-episodes", "2", "--episodes", $"{episodes}", "--updates", "1", "--threads", "1", "--out", Path.Combine(_folder.Path, name));
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Result;
    }

    private List<byte[]> Weights(string name)
    {
        using var model = SequenceCheckpoint.Load(Path.Combine(_folder.Path, name, "estimator"));
        return [.. model.state_dict().OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Value.bytes.ToArray())];
    }
}
