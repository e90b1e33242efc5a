using Robotics.Testing;

namespace Robotics.Tests.Sim.Cli;

/// <summary>Ensemble, multi-step dynamics, value and actor, from <c>train latent</c> to pipelines.</summary>
public sealed class TrainImaginationTests : IDisposable
{
    private const string Small = """
        schema: 1
        estimator: {episode_steps: 4, held_out: 1, training: {batch_size: 2, length: 4, pictures: {updates: 2}}}
        planner: {kind: icem, horizon: 3, population: 6, elites: 2, iterations: 2}
        latent:
          seed_updates: 1
          evaluate_every: 2
          evaluation_episodes: 1
          algorithm: belief_ensemble
          value: true
          actor: dreamer
          belief_ensemble: {hidden: [8], reward_hidden: [8]}
          behaviour: {hidden: [8], horizon: 3, starts: 8}
          imagination_updates: 3
          rounds: {first_updates: 1, count: 0}
          multi_step_dynamics: {batch_size: 4, steps: 3, members: 2}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_EverythingThatImagines_RunsInPipelinesThatNameIt()
    {
        var config = Path.Combine(_folder.Path, "small.yaml");
        await File.WriteAllTextAsync(config, Small, TestContext.Current.CancellationToken);

        var trained = await CommandRun.From(
            "train", "latent", "--task", "camera-reach", "--config", config, "--seed-episodes", "2", "--episodes", "1", "--updates", "1",
            "--threads", "1", "--out", Path.Combine(_folder.Path, "run"));
        var planned = await MeasureAsync("{kind: ensemble, value: true}", "actor");
        var acted = await MeasureAsync("{kind: foresights}", "policy");
        File.Delete(Path.Combine(_folder.Path, "run", "estimator", "imagination.safetensors"));
        var refused = await MeasureAsync("{kind: rssm, value: true}", "none");

        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.True(planned.ExitCode == 0, planned.Error);
        Assert.True(acted.ExitCode == 0, acted.Error);
        Assert.NotEqual((double)planned.Result["return_mean"]!, (double)acted.Result["return_mean"]!);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(
            ":15: the checkpoint was trained without the value that is to be used", (string)refused.Result["error"]!,
            StringComparison.Ordinal);
    }

    private async Task<CommandRun> MeasureAsync(string model, string prior)
    {
        var file = Path.Combine(_folder.Path, "see.yaml");
        var shipped = await File.ReadAllTextAsync(
            TestModels.Shipped(Path.Combine("..", "pipelines", "camera-reach.yaml")), TestContext.Current.CancellationToken);
        var text = shipped.Replace("../tasks/camera-reach.yaml", "camera-reach", StringComparison.Ordinal).Replace(
            "../checkpoints/camera-reach", "run/estimator", StringComparison.Ordinal)
            .Replace("model: {kind: rssm}", $"model: {model}", StringComparison.Ordinal).Replace(
                "prior: {kind: none}", $"prior: {{kind: {prior}}}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        return await CommandRun.From(
            "eval", "--pipeline", file, "--episodes", "1", "--threads", "1", "--out", Path.Combine(_folder.Path, $"eval-{prior}"));
    }
}
