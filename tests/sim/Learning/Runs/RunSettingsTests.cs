using Robotics.Core.Errors;
using Robotics.Inference.Formats;
using Robotics.Learning.Estimators;
using Robotics.Learning.Runs;
using Robotics.Learning.Sessions;
using Robotics.Learning.Settings;
using Robotics.Runtime.Tasks;
using Robotics.Testing;
using Robotics.WorldModel.Latent;

namespace Robotics.Tests.Sim.Learning;

/// <summary>A run's folder is held to all that its numbers depend on.</summary>
public sealed class RunSettingsTests : IDisposable
{
    private const string Task = """
        schema: 1
        name: lift
        mjcf: lift.xml
        control_rate_hz: 20
        horizon_steps: 4
        action: {joints: all, low: -1, high: 1}
        observation:
          - {name: q, joints: all}
          - {name: goal, distribution: {box: {low: [0, 0, 0], high: [1, 1, 1]}}}
        reward: -abs(q[0] - goal.x)
        reset: {joints: [{joints: all, position: {uniform: [-0.1, 0.1]}}]}
        limits: [{joints: all, maximum_rate: 4}]
        simulation: {cameras: [{name: eye, width: 64, height: 64, rate_hz: 20}]}
        estimator: {terms: [q], cameras: [eye]}
        """;

    private const string Model = """
        <mujoco><compiler meshdir="shapes"/><option timestep="0.01"/><include file="arm.xml"/>
        <asset><mesh name="link" file="link.obj"/></asset>
        <actuator><motor joint="hinge" ctrllimited="true" ctrlrange="-1 1"/></actuator></mujoco>
        """;

    private const string Arm = """
        <mujoco><worldbody><camera name="eye" pos="0 -2 1"/>
          <body><joint name="hinge" type="hinge" axis="0 1 0" damping="1"/><geom type="mesh" mesh="link"/></body></worldbody></mujoco>
        """;

    private const string Link = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("arm.xml", "damping=\"1\"", "damping=\"2\"", "'files.arm.xml'")]
    [InlineData("shapes/link.obj", "v 0 0 1", "v 0 0 2", "'files.shapes/link.obj'")]
    [InlineData("lift.yaml", "[1, 1, 1]", "[1, 1, 2]", "'reset.Goals'")]
    [InlineData("lift.yaml", "[-0.1, 0.1]", "[-0.2, 0.1]", "'reset.JointResets'")]
    [InlineData("lift.yaml", "maximum_rate: 4", "maximum_rate: 5", "'limits.MaximumRate', [4] and not [5]")]
    [InlineData("lift.yaml", "width: 64", "width: 96", "'simulation.Cameras'")]
    public async Task Hold_AnythingThatCounts_IsNamedWhenItChanges(string file, string from, string to, string expected)
    {
        Write();
        await HoldAsync();
        await HoldAsync();
        var path = _folder.File(file);
        await File.WriteAllTextAsync(
            path, (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Replace(from, to, StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        Assert.All(
            await HoldAsync(), refused => Assert.Contains($"was started with another {expected}", refused, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hold_MoreOfTheSame_IsTaken()
    {
        Write();
        await HoldAsync();

        Assert.All(
            await HoldAsync(
                s => s with { Updates = 9, Episodes = 9 },
                l => l with { Episodes = 9, Rounds = l.Rounds with { Count = 9 } }), Assert.Empty);
        Assert.Contains(
            "'estimator.ActionCorrelation', 0.85 and not 0.5", (await HoldAsync(s => s with { ActionCorrelation = 0.5 }))[1],
            StringComparison.Ordinal);
        Assert.Contains(
            "'latent.ExplorationDeviation', 0.3 and not 0.1", (await HoldAsync(latent: l => l with { ExplorationDeviation = 0.1 }))[2],
            StringComparison.Ordinal);
    }

    private void Write()
    {
        Directory.CreateDirectory(_folder.File("shapes"));
        File.WriteAllText(_folder.File("lift.yaml"), Task);
        File.WriteAllText(_folder.File("lift.xml"), Model);
        File.WriteAllText(_folder.File("arm.xml"), Arm);
        File.WriteAllText(_folder.File("shapes/link.obj"), Link);
    }

    /// <summary>The errors of a run of trials, of an estimator and of planning in the belief; empty where it is accepted.</summary>
    private async Task<string[]> HoldAsync(
        Func<EstimatorSettings, EstimatorSettings>? estimator = null, Func<LatentOptions, LatentOptions>? latent = null)
    {
        await using var session = await LearningSession.OpenAsync(
            new TaskRequest(_folder.File("lift.yaml"), null, null, 1, 1), TestContext.Current.CancellationToken);
        var settings = EstimatorJob.SettingsOf(session.Task);
        settings = estimator?.Invoke(settings) ?? settings;
        var options = latent?.Invoke(new LatentOptions()) ?? new LatentOptions();
        return
        [
            Refusal("trials", RunSettings.FromLearning(session, 1)),
            Refusal("estimator", RunSettings.FromEstimator(session, 1, settings, SequenceModelOptions.Small)),
            Refusal("latent", RunSettings.FromLatent(session, 1, EstimatorJob.SettingsOf(session.Task), options, null)),
        ];
    }

    private string Refusal(string run, System.Text.Json.Nodes.JsonObject settings)
    {
        Directory.CreateDirectory(_folder.File(run));
        try
        {
            RunSettings.Hold(settings, _folder.File(run));
            return "";
        }
        catch (UserErrorException e)
        {
            return e.Message;
        }
    }
}
