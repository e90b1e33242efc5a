using Robotics.Testing;

namespace Robotics.Tests.Sim.Cli;

/// <summary>Faults that do not end a run are reported: in the last lines, in the result, and in the report.</summary>
public sealed class RunFaultTests : IDisposable
{
    // A spring that pushes away: the angle grows by a factor of e in 32 ms, so that the physics fail after about a second.
    private const string Unstable = "stiffness=\"-1000\"";

    private const string Task = """
        schema: 1
        name: lift
        mjcf: lift.xml
        control_rate_hz: 20
        horizon_steps: 40
        action: {joints: all, low: -1, high: 1}
        observation: [{name: q, joints: all}]
        reward: -1
        reset: {joints: [{joints: all, position: {uniform: [0.1, 0.2]}}]}
        simulation:
          cameras:
            - {name: eye, width: 96, height: 48, rate_hz: 20}
            - {name: sky, width: 12, height: 12, rate_hz: 20}
            - {name: lost, width: 84, height: 84, rate_hz: 20, drop_rate: 1}
        estimator: {terms: [q], cameras: [eye, sky, lost], held_out: 1, training: {batch_size: 2, length: 4}}
        planner: {kind: icem, horizon: 3, population: 6, elites: 2, iterations: 2}
        model: {ensemble: {members: 1, hidden: [8], weight_decay: [0, 0], epochs: 1}, rollout: {particles: 2}}
        """;

    private const string Model = """
        <mujoco><option timestep="0.01"/>
        <worldbody><light pos="0 -1 3"/><camera name="eye" pos="0 -2 0.3" xyaxes="1 0 0 0 0 1"/>
          <camera name="sky" pos="0 0 5" xyaxes="1 0 0 0 -1 0"/><camera name="lost" pos="0 -2 1"/>
        <body><joint name="hinge" type="hinge" axis="0 1 0" SPRING/>
          <geom type="capsule" fromto="0 0 0 0.5 0 0" size="0.05"/></body></worldbody>
        <actuator><motor joint="hinge" ctrllimited="true" ctrlrange="-1 1"/></actuator></mujoco>
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Eval_EverySimulationDiverges_IsRefusedUnlessTheTaskSaysWhatItIsWorth()
    {
        Write(Unstable);
        var refused = await RunAsync("eval", "--model", "random", "--episodes", "3");
        Write(Unstable, "horizon_steps: 40", "horizon_steps: 40\ndiverged: -100");
        var worth = await RunAsync("eval", "--model", "random", "--episodes", "3");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(
            "Task 'lift': the simulation diverged in every episode (3 under 'random', after ", (string)refused.Result["error"]!,
            StringComparison.Ordinal);
        Assert.True(worth.ExitCode == 0, worth.Error);
        Assert.Equal(-100, (double)worth.Result["return_mean"]!);
        Assert.Equal(3, (int)worth.Result["episodes_diverged"]!);
        Assert.StartsWith(
            "the simulation diverged in 3 of 3 episodes, which count as the return",
            (string)Assert.Single(worth.Result["warnings"]!.AsArray())!, StringComparison.Ordinal);
        Assert.Contains(
            "warning: the simulation diverged in 3 of 3 episodes", worth.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WithoutEvaluation_EndsWithItsTrials()
    {
        Write("");
        var run = await RunAsync("train", "--trials", "1", "--baseline-episodes", "0", "--eval-episodes", "0", "--wall-seconds", "0");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Null(run.Result["evaluation_return"]);
        Assert.Equal(0, (int)run.Result["episodes_diverged"]!);
        Assert.Equal([-40, -40], run.Result["returns"]!.AsArray().Select(r => (double)r!));
        Assert.Null(run.Result["warnings"]);
    }

    [Fact]
    public async Task TrainEstimator_ImagesOfAnySizeAndCamerasThatShowNothing_TrainsAndSaysSo()
    {
        Write("damping=\"1\"");
        var run = await RunAsync("train", "estimator", "--episodes", "2", "--updates", "2");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.InRange((double)run.Result["held_out_elbo"]!, -1e7, 1e7);
        var warnings = run.Result["warnings"]!.AsArray();
        Assert.Equal(2, warnings.Count);
        Assert.StartsWith("no image of camera 'lost' arrived in 3 episodes;", (string)warnings[0]!, StringComparison.Ordinal);
        Assert.StartsWith("camera 'sky' shows one colour in all ", (string)warnings[1]!, StringComparison.Ordinal);
        Assert.Contains(
            "What went wrong", await File.ReadAllTextAsync(_folder.File("out/report.html"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("terms: [q]", "terms: [p]", "lift.yaml:15:21: unknown observed term 'p'; did you mean 'q'?")]
    [InlineData(
        "[eye, sky, lost]", "[eye, ski]",
        "lift.yaml:15:40: no camera 'ski' under simulation: cameras, so that none would be rendered; did you mean 'sky'?")]
    [InlineData(
        "width: 12, height: 12", "width: 12, height: 3",
        "lift.yaml:15:40: camera 'sky' has images of 12×3 pixels, but an estimator's encoder takes 4×4 or more")]
    public async Task EveryCommand_AnEstimatorThatCannotBeBuilt_IsRefusedBeforeAnythingIsRecorded(string from, string to, string expected)
    {
        Write("", from, to);
        foreach (var command in (string[][])[["eval", "--model", "random"], ["train"], ["train", "estimator"], ["train", "latent"]])
        {
            var run = await RunAsync(command);

            Assert.Equal(1, run.ExitCode);
            Assert.Contains(expected, (string)run.Result["error"]!, StringComparison.Ordinal);
            Assert.False(Directory.Exists(_folder.File("out/episodes")));
        }
    }

    private Task<CommandRun> RunAsync(params string[] arguments) =>
        CommandRun.From([.. arguments, "--task", _folder.File("lift.yaml"), "--threads", "1", "--seed", "3", "--out", _folder.File("out")]);

    private void Write(string spring, string from = "lift", string to = "lift")
    {
        File.WriteAllText(_folder.File("lift.yaml"), Task.Replace(from, to, StringComparison.Ordinal));
        File.WriteAllText(_folder.File("lift.xml"), Model.Replace("SPRING", spring, StringComparison.Ordinal));
    }
}
