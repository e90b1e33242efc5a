using Robotics.Controller.Loops;
using Robotics.Core.Beliefs;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Core.Time;
using Robotics.StateEstimation.Observations;
using Robotics.StateEstimation.Tracking;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Controller;

/// <summary>A joint that jumps to its command; the planner asks for a tenth more than where the joint was seen.</summary>
public sealed class LockStepSchedulerTests : IPlanner, IAsyncDisposable
{
    private static readonly MonotonicTime Start = MonotonicTime.FromSeconds(3);
    private readonly List<MonotonicTime> _plannedAt = [];
    private readonly InMemoryRobot _robot = new(ActionMode.Position);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _robot.DisposeAsync();

    [Fact]
    public async Task RunUntil_NoLatency_ActsInTheVeryTickOnTheStateThatItReads()
    {
        var (servo, scheduler) = await Make(leadPeriods: 0);

        scheduler.StartAt(Start);
        scheduler.RunUntil(Start + TimeSpan.FromMilliseconds(30), TestContext.Current.CancellationToken);

        Assert.Equal([0.1, 0.1, 0.2, 0.2, 0.3, 0.3], _robot.Commands.Select(c => Math.Round(c[0], 4)));
        Assert.Equal([Start, Start + TimeSpan.FromMilliseconds(10), Start + TimeSpan.FromMilliseconds(20)], _plannedAt);
        Assert.Equal(Start + TimeSpan.FromMilliseconds(30), _robot.Now);
        Assert.Equal(0.3, servo.Current.State.Positions[0], 1e-6);
    }

    [Fact]
    public async Task RunUntil_LatencyOfAPeriod_ActsOnePeriodLater()
    {
        var (_, scheduler) = await Make(leadPeriods: 1);

        scheduler.StartAt(Start);
        scheduler.RunUntil(Start + TimeSpan.FromMilliseconds(30), TestContext.Current.CancellationToken);

        // The second plan was made before the first one moved the joint.
        Assert.Equal([0, 0, 0.1, 0.1, 0.1, 0.1], _robot.Commands.Select(c => Math.Round(c[0], 4)));
    }

    [Fact]
    public async Task RunUntil_SteadyState_DoesNotAllocate()
    {
        _robot.RecordsCommands = false;
        _plannedAt.Capacity = 1000;
        var (_, scheduler) = await Make(leadPeriods: 0);
        scheduler.StartAt(Start);
        scheduler.RunUntil(Start + TimeSpan.FromSeconds(0.1), TestContext.Current.CancellationToken);

        var before = GC.GetAllocatedBytesForCurrentThread();
        scheduler.RunUntil(Start + TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task New_PeriodsThatDoNotFit_IsRefused()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => Make(leadPeriods: 0, servoRateHz: 150));

        Assert.Contains("no multiple of the servo period", error.Message, StringComparison.Ordinal);
    }

    void IPlanner.Reset()
    {
    }

    PlanStatus IPlanner.Plan(Belief belief, MonotonicTime validFrom, RandomKey key, in PlanBudget budget, ActionPlanBuffer into)
    {
        _plannedAt.Add(validFrom);
        into.Actions[0] = belief.Mean[0] + 0.1f;
        (into.Horizon, into.ValidFrom) = (1, validFrom);
        return PlanStatus.Ok;
    }

    private async Task<(ServoLoop Servo, LockStepScheduler Scheduler)> Make(int leadPeriods, double servoRateHz = 200)
    {
        var pacer = new SimulatedPacer(_robot);
        var space = new ActionSpace([new ActionChannel("joint0", ActionMode.Position, ActionReference.Absolute, -1, 1)]);
        var plans = new PlanMailbox(4, 1);
        var servo = new ServoLoop(await _robot.ActivateAsync(), space, plans, pacer, new ServoOptions { RateHz = servoRateHz });
        var parts = new ControlParts
        {
            Reports = servo.Reports,
            Observations = new PositionSource(() => LinkStatus.Ok),
            Tracker = BeliefTracker.FromObservation(new DirectObservationEstimator(1), 1, 1),
            Planner = this,
            Plans = plans,
            Pacer = pacer,
            Key = RandomKey.FromSeed(1),
        };
        var control = new ControlLoop(parts, new ControlOptions { RateHz = 100, LeadPeriods = leadPeriods, Deadlines = false });
        return (servo, new LockStepScheduler(servo, control));
    }
}
