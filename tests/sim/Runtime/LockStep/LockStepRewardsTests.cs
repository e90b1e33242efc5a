using System.Text.Json;
using Robotics.Configuration.Tasks;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Data.Episodes;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;
using Robotics.Learning.Episodes;
using Robotics.Runtime.LockStep;

namespace Robotics.Tests.Sim.Runtime;

/// <summary>
/// Recorded actions against rewards that were recorded before servo loop, plan follower and control loop stood between them and the
/// simulator (golden file: RandomPolicy, key of seed 3, world of seed 0, written by version 0.1.0 with MuJoCo 2.2.2).
/// </summary>
public sealed class LockStepRewardsTests
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private const int ArmChannels = 8; // seven joints and the gripper
    private static readonly RandomKey Key = RandomKey.FromSeed(3);

    /// <summary>Indices into the golden file: actions that hold, are repeated and are interpolated, with and without noise.</summary>
    public static TheoryData<int> Episodes => [0, 1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Episodes))]
    public async Task Step_RecordedActionsWithoutLimits_EarnTheRecordedRewardsBitForBit(int index)
    {
        var episode = Read(index);
        var task = Resolve(episode);

        var (rewards, last, limited) = await ReplayAsync(task, episode, servoRateHz: null);

        Assert.Equal(40, rewards.Length);
        Assert.Equal(0, limited);
        Assert.Equal(episode.Rewards, rewards);
        Assert.Equal(episode.LastObservation, last);
    }

    /// <summary>The servo rate of a robot changes nothing as long as nothing limits its commands.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Step_RecordedActionsAtServoRate_EarnTheRecordedRewardsBitForBit(int index)
    {
        var episode = Read(index);

        var (rewards, _, _) = await ReplayAsync(Resolve(episode), episode, servoRateHz: 200);

        Assert.Equal(episode.Rewards, rewards);
    }

    [Fact]
    public async Task Step_RateLimitedByTheGuard_MovesLessAndSaysSo()
    {
        var episode = Read(0);
        var task = Resolve(episode);
        var slow = task with { Limits = new GuardOptions { MaximumRate = [.. Enumerable.Repeat(0.2, ArmChannels)] } };

        var (rewards, _, limited) = await ReplayAsync(slow, episode, servoRateHz: 200);

        Assert.True(limited > 30, $"{limited} of 40 steps were limited");
        Assert.NotEqual(episode.Rewards, rewards);
    }

    private static async Task<(float[] Rewards, float[] Last, int Limited)> ReplayAsync(
        TaskDefinition task, GoldenEpisode episode, double? servoRateHz)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var world = new SimulatedWorld(SimulationOptions.FromTask(task) with { Cameras = [] }, RandomKey.FromSeed(0));
        await using var environment = await TaskEnvironment.ConnectAsync(
            task, world.Robot, world, world, world, new EmergencyStop(), cancellationToken, servoRateHz);
        var policy = new GivenActionPolicy(task.Actions.Dimension);
        var loops = new LockStepRunner(environment, LoopController.From(policy, task.Observations.Dimension));
        await loops.ResetAsync(ExperimentKeys.Start(Key), Key, cancellationToken);
        var step = environment.CreateStep();
        var (rewards, limited) = (new List<float>(), 0);
        for (var t = 0; t < episode.Rewards.Length; t++)
        {
            episode.Actions.AsSpan(t * policy.Action.Length, policy.Action.Length).CopyTo(policy.Action);
            loops.Step(step);
            rewards.Add(step.Reward);
            limited += step.Flags.HasFlag(StepFlags.Limited) ? 1 : 0;
        }

        return ([.. rewards], step.Observation, limited);
    }

    private static TaskDefinition Resolve(GoldenEpisode episode)
    {
        var document = TaskDocument.Load(TestModels.Shipped($"../tasks/{episode.Task}.yaml"));
        using var model = MujocoModel.Load(document.ModelPath);
        var task = document.Resolve(new MujocoModelCatalog(model));
        return episode.Linear ? task with { Actions = new ActionSpace(task.Actions.Channels, ActionResampling.Linear) } : task;
    }

    private static GoldenEpisode Read(int index)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Runtime", "LockStep", "Golden", "lock-step-rewards.json");
        return JsonSerializer.Deserialize<GoldenFile>(File.ReadAllText(path), Json)!.Episodes[index];
    }

    private sealed record GoldenFile(GoldenEpisode[] Episodes);

    private sealed record GoldenEpisode(string Task, bool Linear, float[] Actions, float[] Rewards, float[] LastObservation);
}
