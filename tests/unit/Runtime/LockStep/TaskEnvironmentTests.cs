using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Data.Episodes;
using Robotics.Learning.Episodes;
using Robotics.Runtime.LockStep;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Runtime;

public sealed class TaskEnvironmentTests
{
    private static readonly RandomKey Key = RandomKey.FromSeed(1);

    [Fact]
    public async Task Step_BiasedSensors_ControllerSeesThemAndScorerDoesNot()
    {
        var task = PointMassTask.Create();
        await using var environment = await PointMassTask.ConnectAsync(new PointMassWorld(task) { SensorBias = 10 }, task);
        var (loops, policy) = await PointMassTask.StartAsync(environment, Key);
        var step = environment.CreateStep();
        Assert.Equal(LinkStatus.Ok, Do(0.5f));
        Assert.InRange(step.Observation[0], 9.5f, 10.5f);
        var error = step.Observation[0] - 10 - step.Observation[2];
        Assert.Equal(-(error * error) - (0.01f * 0.25f), step.Reward, 1e-4f);
        Assert.Equal([1.0], step.Applied);
        Assert.Equal(50_000_000, step.At.Nanoseconds);

        LinkStatus Do(float action)
        {
            policy.Action[0] = action;
            return loops.Step(step);
        }
    }

    [Fact]
    public async Task Step_CommandLimitedByTheGuard_RecordsTheActionThatWasApplied()
    {
        var task = PointMassTask.Create(maximumRate: 4);
        await using var environment = await PointMassTask.ConnectAsync(new PointMassWorld(task), task);
        var (loops, policy) = await PointMassTask.StartAsync(environment, Key);
        var step = environment.CreateStep();
        Assert.Equal(LinkStatus.Ok, Do(0));
        Assert.Equal(LinkStatus.Limited, Do(3));
        Assert.Equal([2.0], step.Requested);
        Assert.Equal(0.2, step.Applied[0], 12);
        Assert.Equal(0.1f, step.Action[0], 1e-6f);
        Assert.True(step.Flags.HasFlag(StepFlags.Limited));

        LinkStatus Do(float action)
        {
            policy.Action[0] = action;
            return loops.Step(step);
        }
    }

    [Fact]
    public async Task Step_ActionThatIsNotANumber_IsHeldAndRecordedFinite()
    {
        var task = PointMassTask.Create();
        await using var environment = await PointMassTask.ConnectAsync(new PointMassWorld(task), task);
        var (loops, policy) = await PointMassTask.StartAsync(environment, Key);
        var step = environment.CreateStep();
        Do(0.5f);
        Assert.Equal(LinkStatus.NotFinite, Do(float.NaN));
        Assert.Equal([0f], step.Action);
        Assert.Equal([0.0], step.Applied);

        LinkStatus Do(float action)
        {
            policy.Action[0] = action;
            return loops.Step(step);
        }
    }

    [Fact]
    public async Task ResetAsync_SameKey_SameStartAndGoal()
    {
        var task = PointMassTask.Create();
        await using var environment = await PointMassTask.ConnectAsync(new PointMassWorld(task), task);
        var (loops, _) = await PointMassTask.StartAsync(environment, Key);
        var first = environment.Observation.ToArray();
        await loops.ResetAsync(Key.Derive(1), Key, TestContext.Current.CancellationToken);
        Assert.NotEqual(first, environment.Observation);
        await loops.ResetAsync(Key, Key, TestContext.Current.CancellationToken);
        Assert.Equal(first, environment.Observation);
        Assert.InRange(first[2], 0.5f, 0.7f);
    }

    [Fact]
    public async Task RunAsync_DeviceFault_EndsTheEpisodeAndKeepsItsSteps()
    {
        using var folder = new TemporaryFolder();
        var task = PointMassTask.Create();
        var world = new PointMassWorld(task) { FaultFromStep = 20 };
        await using var environment = await PointMassTask.ConnectAsync(world, task);
        var runner = new EpisodeRunner(environment, new SystemClock(), null);
        var episode = await runner.RunAsync(
            PointMassTask.Controller(new RandomPolicy()), new EpisodePlan(0, 0, 1, Key), new EpisodeStore(folder.Path),
            TestContext.Current.CancellationToken);
        Assert.Equal(3, episode.Steps);
    }

    [Fact]
    public async Task RunAsync_EmergencyStop_SaysSoAndKeepsThePartialEpisode()
    {
        using var folder = new TemporaryFolder();
        var task = PointMassTask.Create();
        var stop = new EmergencyStop();
        await using var environment = await PointMassTask.ConnectAsync(new PointMassWorld(task), task, stop);
        var runner = new EpisodeRunner(environment, new SystemClock(), null);
        stop.Latch("test");
        var store = new EpisodeStore(folder.Path);
        var error = await Assert.ThrowsAsync<UserErrorException>(() =>
            runner.RunAsync(
                PointMassTask.Controller(new RandomPolicy()), new EpisodePlan(0, 0, 1, Key), store, TestContext.Current.CancellationToken));
        Assert.Contains("EmergencyStopped", error.Message, StringComparison.Ordinal);
        Assert.Single(store.ListPartial());
    }
}
