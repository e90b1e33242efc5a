using Robotics.Controller.Loops;
using Robotics.Core.Beliefs;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Runtime.LockStep;

namespace Robotics.Tests.Unit.Runtime;

/// <summary>The loops in lock-step; the belief adds up the actions that acted, and the planner notes what it is asked.</summary>
public sealed class LockStepRunnerTests : IBeliefTracker, IPlanner
{
    private const int Horizon = 4;
    private static readonly RandomKey Key = RandomKey.FromSeed(1);
    private readonly List<(float From, MonotonicTime ValidFrom)> _asked = [];
    private readonly Belief _belief = new(1);
    private bool _isStale;

    Belief IBeliefTracker.Current => _belief;

    bool IBeliefTracker.IsStale => _isStale;

    [Fact]
    public async Task Step_NoLatency_ActsByThePlanOfTheSameStep()
    {
        await using var environment = await ConnectAsync();

        var actions = Run(await StartAsync(environment, latency: 0), environment, 4);

        Assert.Equal([0.1f, 0.2f, 0.3f, 0.4f], actions);
        Assert.Equal([0f, 0.1f, 0.3f, 0.6f], _asked.Select(a => MathF.Round(a.From, 4)));
        Assert.Equal(environment.StartedAt, _asked[0].ValidFrom);
    }

    [Fact]
    public async Task Step_LatencyOfAPeriod_ActsByThePlanOfTheStepBeforeMadeForThisMoment()
    {
        await using var environment = await ConnectAsync();

        var actions = Run(await StartAsync(environment, latency: 1), environment, 4);

        // Nothing is planned yet, then the plans' first actions in turn.
        Assert.Equal([0f, 0.1f, 0.2f, 0.3f], actions);

        // The belief is predicted over the action that acts while the plan is made: 0, then 0 + 0.1, then 0.1 + 0.2 …
        Assert.Equal([0f, 0.1f, 0.3f, 0.6f], _asked.Select(a => MathF.Round(a.From, 4)));
        Assert.Equal(environment.StartedAt + TimeSpan.FromMilliseconds(50), _asked[0].ValidFrom);
    }

    [Fact]
    public async Task ResetAsync_AfterAnEpisode_FollowsNoPlanOfIt()
    {
        await using var environment = await ConnectAsync();
        var loops = await StartAsync(environment, latency: 1);
        Run(loops, environment, 3);

        await loops.ResetAsync(Key, Key, TestContext.Current.CancellationToken);

        Assert.Equal([0f], Run(loops, environment, 1));
    }

    [Fact]
    public async Task Step_StreamMissing_RunsThePlanOutHoldsRampsDownAndStops()
    {
        await using var environment = await ConnectAsync();
        var loops = await StartAsync(environment, latency: 1);
        Run(loops, environment, 2);
        _isStale = true;

        var actions = Run(loops, environment, 17);

        // The plan of the second step is in force for four; then 0.1 s are held, and in 0.4 s the force ramps down.
        float[] expected = [0.2f, 0.2f, 0.2f, 0.2f, 0.2f, 0.2f, 0.2f, 0.175f, 0.15f, 0.125f, 0.1f, 0.075f, 0.05f, 0.025f, 0, 0, 0];
        Assert.Equal(expected, actions.Select(a => MathF.Round(a, 4)));
        var counters = loops.ServoCounters;
        Assert.Equal(
            (2, 8, 3),
            (counters.Ticks(ServoMode.Holding), counters.Ticks(ServoMode.RampingDown), counters.Ticks(ServoMode.Stopped)));
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task Step_SteadyState_DoesNotAllocate()
    {
        await using var environment = await ConnectAsync();
        var loops = await StartAsync(environment, latency: 0);
        _asked.Capacity = 100;
        var step = environment.CreateStep();
        for (var i = 0; i < 5; i++)
            loops.Step(step);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
            loops.Step(step);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(100.0, 5)]
    [InlineData(60.0, 1)]
    [InlineData(1000.0, 5)]
    public async Task Step_ServoRate_TakesTheNearestFromBelowThatFitsPhysicsAndEarnsTheSame(double? rateHz, int ticks)
    {
        var task = PointMassTask.Create();
        var world = new PointMassWorld(task);
        await using var environment = await TaskEnvironment.ConnectAsync(
            task, world, world, world, world, new EmergencyStop(), CancellationToken.None, rateHz);
        var (loops, policy) = await PointMassTask.StartAsync(environment, Key);
        policy.Action[0] = 0.5f;
        var step = environment.CreateStep();

        loops.Step(step);

        Assert.Equal(ticks, loops.ServoCounters.Writes(LinkStatus.Ok));
        var error = step.Observation[0] - step.Observation[2];
        Assert.Equal(-(error * error) - (0.01f * 0.25f), step.Reward, 1e-6f);
        Assert.Equal(environment.StartedAt + TimeSpan.FromMilliseconds(50), environment.Now);
    }

    Belief IBeliefTracker.CreateBelief() => new(1);

    void IBeliefTracker.Restart(MonotonicTime at, MonotonicTime since) => (_belief.Mean[0], _belief.At) = (0, at);

    void IBeliefTracker.Advance(MonotonicTime at, ReadOnlySpan<float> action) =>
        (_belief.Mean[0], _belief.At) = (_belief.Mean[0] + action[0], at);

    bool IBeliefTracker.Gather(
        ReadOnlySpan<float> observation, MonotonicTime capturedAt, MonotonicTime receivedAt) => _belief.At == capturedAt;

    void IBeliefTracker.Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into) =>
        into.Mean[0] = belief.Mean[0] + action[0];

    void IPlanner.Reset()
    {
    }

    PlanStatus IPlanner.Plan(Belief belief, MonotonicTime validFrom, RandomKey key, in PlanBudget budget, ActionPlanBuffer into)
    {
        _asked.Add((belief.Mean[0], validFrom));
        into.Actions.AsSpan().Fill(0.1f * _asked.Count);
        (into.Horizon, into.ValidFrom) = (Horizon, validFrom);
        return PlanStatus.Ok;
    }

    private static Task<TaskEnvironment> ConnectAsync()
    {
        var task = PointMassTask.Create();
        return PointMassTask.ConnectAsync(new PointMassWorld(task), task);
    }

    private async Task<LockStepRunner> StartAsync(TaskEnvironment environment, int latency)
    {
        var controller = new LoopController
        {
            Name = "stub",
            Tracker = this,
            Planner = this,
            Horizon = Horizon,
            PlanHorizon = Horizon,
            LatencyPeriods = latency,
        };
        var loops = new LockStepRunner(environment, controller);
        await loops.ResetAsync(Key, Key, TestContext.Current.CancellationToken);
        return loops;
    }

    private static float[] Run(LockStepRunner loops, TaskEnvironment environment, int steps)
    {
        var (step, actions) = (environment.CreateStep(), new float[steps]);
        for (var t = 0; t < steps; t++)
        {
            Assert.Equal(LinkStatus.Ok, loops.Step(step));
            actions[t] = step.Action[0];
        }

        return actions;
    }
}
