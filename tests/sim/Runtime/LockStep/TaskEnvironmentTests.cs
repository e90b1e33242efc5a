using Robotics.Configuration.Tasks;
using Robotics.Controller.Loops;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.Data.Episodes;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.Rollouts;
using Robotics.Drivers.Simulation.World;
using Robotics.Learning.Episodes;
using Robotics.Runtime.LockStep;
using Robotics.Testing;

namespace Robotics.Tests.Sim.Runtime;

/// <summary>The shipped tasks in the simulator, acted in at random.</summary>
public sealed class TaskEnvironmentTests
{
    private static readonly RandomKey Key = RandomKey.FromSeed(3);

    /// <summary>The tasks whose models are shipped too.</summary>
    public static TheoryData<string> Tasks => ["cartpole", "push", "reach"];

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task RunAsync_SameKeyAfterOtherEpisodesAndInANewWorld_GivesTheSameBits(string name)
    {
        using var folder = new TemporaryFolder();
        var task = Resolve(name);
        var options = SimulationOptions.FromTask(task) with
        {
            PositionNoise = 0.001,
            CommandDelay = TimeSpan.FromMilliseconds(8),
            Cameras = [],
        };
        var old = await RunAsync(task, options, new EpisodeStore(folder.File("old")), [Key.Derive(1), Key]);
        var fresh = await RunAsync(task, options, new EpisodeStore(folder.File("new")), [Key]);
        Assert.Equal(old[1].Observations, fresh[0].Observations);
        Assert.Equal(old[1].Rewards, fresh[0].Rewards);
        Assert.Equal(old[1].Applied, fresh[0].Applied);
        Assert.Equal(old[1].Times, fresh[0].Times);
        Assert.NotEqual(old[0].Observations, old[1].Observations);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task Step_SensorsWithoutNoise_ScorerAgreesWithTheProgramOnWhatIsSeen(string name)
    {
        using var folder = new TemporaryFolder();
        var task = Resolve(name);
        var options = SimulationOptions.FromTask(task) with
        {
            PositionNoise = 0,
            VelocityNoise = 0,
            PositionResolution = 0,
            VelocityResolution = 0,
            SensorDelay = TimeSpan.Zero,
            SensorDropout = 0,
            Cameras = [],
        };
        var episode = Assert.Single(await RunAsync(task, options, new EpisodeStore(folder.Path), [Key]));
        for (var t = 0; t < episode.Steps; t++)
            Assert.Equal(task.Reward.EvaluateScalar(episode.Observation(t + 1), episode.Action(t)), episode.Rewards[t], 1e-3f);
    }

    /// <summary>Without a plan an arm stops where it is: its servos keep their load, and it does not creep.</summary>
    [Fact]
    public async Task Step_PlannerWithoutAFinitePlan_HoldsStopsAndDoesNotCreep()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var task = Resolve("camera-reach");
        task = task with { Simulation = task.Simulation with { Cameras = [] } };
        using var world = new SimulatedWorld(SimulationOptions.FromTask(task), RandomKey.FromSeed(0));
        await using var arm = await TaskEnvironment.ConnectAsync(
            task, world.Robot, world, world, world, new EmergencyStop(), cancellationToken);
        var failing = new FailingPlanner { PlansUntilFailure = 5 };
        var loops = new LockStepRunner(arm, LoopController.From(failing, task.Observations.Dimension));
        await loops.ResetAsync(Key, Key, cancellationToken);
        var (step, travelled) = (arm.CreateStep(), 0.0);
        for (var t = 0; t < 20; t++)
            Assert.Equal(LinkStatus.Ok, loops.Step(step));
        Assert.True(step.Flags.HasFlag(StepFlags.NoFiniteRollout));
        double[] before = [.. arm.Truth!.Take(7)];

        for (var t = 0; t < 70; t++)
            Assert.Equal(LinkStatus.Ok, loops.Step(step));

        for (var i = 0; i < before.Length; i++)
            travelled = Math.Max(travelled, Math.Abs(arm.Truth![i] - before[i]));
        Assert.InRange(travelled, 0, 0.02);
        Assert.True(loops.ServoCounters.Ticks(ServoMode.Stopped) > 70);
        Assert.All(step.Action, a => Assert.InRange(a, -0.5f, 0.5f));
    }

    /// <summary>A task played with repeated actions is the task at its own rate, played with each action eight times.</summary>
    [Fact]
    public async Task Step_RepeatedAction_EarnsWhatItEarnsOneByOne()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var repeated = Resolve("cartpole-swingup");
        var single = repeated with { ControlRateHz = 100, PhysicsStepsPerControl = 1, ActionRepeat = 1, HorizonSteps = 320 };
        using var slow = new SimulatedWorld(SimulationOptions.FromTask(repeated), RandomKey.FromSeed(0));
        using var quick = new SimulatedWorld(SimulationOptions.FromTask(single), RandomKey.FromSeed(0));
        await using var coarse = await TaskEnvironment.ConnectAsync(
            repeated, slow.Robot, slow, slow, slow, new EmergencyStop(), cancellationToken);
        await using var fine = await TaskEnvironment.ConnectAsync(
            single, quick.Robot, quick, quick, quick, new EmergencyStop(), cancellationToken);
        using var pool = new WorkerPool(1);
        using var model = new SimulatorTrajectoryEvaluator(slow, SimulatorRolloutOptions.FromTask(repeated), pool);
        var policy = new GivenActionPolicy(1);
        var controller = LoopController.From(policy, repeated.Observations.Dimension);
        var (coarseLoops, fineLoops) = (new LockStepRunner(coarse, controller), new LockStepRunner(fine, controller));
        await coarseLoops.ResetAsync(Key, Key, cancellationToken);
        await fineLoops.ResetAsync(Key, Key, cancellationToken);
        var (step, part, total) = (coarse.CreateStep(), fine.CreateStep(), 0.0);
        float[] actions = [.. Enumerable.Range(0, 30).Select(t => MathF.Sin(0.7f * t))];
        var predicted = new RolloutResult(1);
        model.Evaluate(
            new RolloutRequest { Belief = coarse.Observation, Actions = actions, Population = 1, Horizon = 30, Key = Key }, predicted);

        foreach (var action in actions)
        {
            policy.Action[0] = action;
            Assert.Equal(LinkStatus.Ok, coarseLoops.Step(step));
            var sum = 0.0;
            for (var i = 0; i < repeated.ActionRepeat; i++)
            {
                Assert.Equal(LinkStatus.Ok, fineLoops.Step(part));
                sum += part.Reward;
            }

            Assert.Equal(sum, step.Reward, 1e-5);
            Assert.Equal(part.Observation, step.Observation);
            total += sum;
        }

        Assert.True(total > 1, $"the pole has moved, but all rewards add up to {total}");
        Assert.Equal(total, predicted.Returns[0], 1e-2);
    }

    private static TaskDefinition Resolve(string name)
    {
        var document = TaskDocument.Load(TestModels.Shipped($"../tasks/{name}.yaml"));
        using var model = MujocoModel.Load(document.ModelPath);
        var task = document.Resolve(new MujocoModelCatalog(model));
        return task with { HorizonSteps = Math.Min(40, task.HorizonSteps) };
    }

    private static async Task<List<Episode>> RunAsync(TaskDefinition task, SimulationOptions options, EpisodeStore store, RandomKey[] keys)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var world = new SimulatedWorld(options, RandomKey.FromSeed(0));
        await using var environment = await TaskEnvironment.ConnectAsync(
            task, world.Robot, world, world, world, new EmergencyStop(), cancellationToken);
        var runner = new EpisodeRunner(environment, new SystemClock(), null);
        var controller = LoopController.From(new RandomPolicy(), task.Observations.Dimension);
        var episodes = new List<Episode>();
        foreach (var key in keys)
            episodes.Add(await runner.RunAsync(controller, new EpisodePlan(0, episodes.Count, 0, key), store, cancellationToken));
        return episodes;
    }
}
