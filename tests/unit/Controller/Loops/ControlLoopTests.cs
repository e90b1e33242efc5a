using Robotics.Controller.Loops;
using Robotics.Core.Beliefs;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.StateEstimation.Tracking;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Controller;

public sealed class ControlLoopTests
{
    private readonly ManualClock _clock = new();
    private readonly TripleBuffer<ServoReport> _reports = new(() => new ServoReport(1, 1, 1));
    private readonly PlanMailbox _plans = new(4, 1);
    private readonly ScriptedPlanner _planner;
    private LinkStatus _observation = LinkStatus.Ok;

    public ControlLoopTests() => _planner = new ScriptedPlanner(_clock);

    [Fact]
    public void Loop_PlanForTheNextPeriod_ForecastsOverTheCommittedAction()
    {
        var control = Make(new ControlOptions { RateHz = 100 });
        _planner.Action = 3;
        Tick(control, position: 10);
        _planner.Action = 5;
        Tick(control, position: 20);
        Tick(control, position: 30);

        // At first nothing is committed; then the plan of the tick before is in force until the new one is.
        Assert.Equal([10, 23, 35], _planner.Beliefs);
        Assert.Equal([10, 20, 30], _planner.ValidFroms.Select(t => t.Nanoseconds / 1_000_000));
        Assert.Equal(19_000_000, _planner.Deadlines[1]!.Value.Nanoseconds);
    }

    [Fact]
    public void Loop_ObservationMissing_PredictsAndGoesBlindInTheEnd()
    {
        var control = Make(new ControlOptions { RateHz = 100, BlindTicks = 2, LeadPeriods = 0, Deadlines = false });
        _planner.Action = 1;
        Tick(control, position: 10);
        _observation = LinkStatus.Disconnected;

        for (var i = 0; i < 4; i++)
            Tick(control, position: 99);

        Assert.Equal([10, 11, 12], _planner.Beliefs);
        Assert.Equal(
            (1, 4, 2, 3), (control.Counters.Observed, control.Counters.Unobserved, control.Counters.Blind, control.Counters.Published));
        Assert.Null(_planner.Deadlines[0]);
    }

    [Fact]
    public void Loop_StateTooOld_IsNotObserved()
    {
        var control = Make(new ControlOptions { RateHz = 100, ObservationTimeout = TimeSpan.FromMilliseconds(15), BlindTicks = 0 });
        Tick(control, position: 1);
        control.Loop.RunTick();
        control.Loop.RunTick();

        Assert.Equal((2, 1, 2), (control.Counters.Observed, control.Counters.Blind, control.Counters.Published));
    }

    [Fact]
    public void Loop_LateAndExpiredPlans_AreCountedAndTheExpiredDropped()
    {
        var control = Make(new ControlOptions { RateHz = 100 });
        _planner.Spend = TimeSpan.FromMilliseconds(12);
        Tick(control, position: 0);
        Assert.Equal((1, 1, 0), (control.Counters.Published, control.Counters.Late, control.Counters.Expired));

        _planner.Spend = TimeSpan.FromMilliseconds(60);
        Tick(control, position: 0);

        Assert.Equal((1, 1, 1), (control.Counters.Published, control.Counters.Late, control.Counters.Expired));
        Assert.Equal(1, _plans.Latest().Sequence);
        Assert.Equal("plan", Assert.Single(control.Loop.Snapshot().Stages, s => s.Missed > 0).Name);
    }

    [Fact]
    public void Loop_NoFiniteRollout_PublishesNothing()
    {
        var control = Make(new ControlOptions { RateHz = 100 });
        Tick(control, position: 0);
        _planner.Status = PlanStatus.NoFiniteRollout;
        Tick(control, position: 0);
        _planner.Status = PlanStatus.Truncated;
        Tick(control, position: 0);

        Assert.Equal((2, 1, 1), (control.Counters.Published, control.Counters.NoFiniteRollout, control.Counters.Truncated));
    }

    [Fact]
    public void Loop_SteadyState_DoesNotAllocate()
    {
        var control = Make(new ControlOptions { RateHz = 100 });
        _planner.Records = false;
        Tick(control, position: 0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
            Tick(control, position: i);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private ControlLoop Make(ControlOptions options)
    {
        var parts = new ControlParts
        {
            Reports = _reports,
            Observations = new PositionSource(() => _observation),
            Tracker = BeliefTracker.FromObservation(new SummingEstimator(1), 1, 1),
            Planner = _planner,
            Plans = _plans,
            Pacer = new ManualPacer(_clock),
            Key = RandomKey.FromSeed(1),
        };
        return new ControlLoop(parts, options);
    }

    private void Tick(ControlLoop control, double position)
    {
        var report = _reports.Draft;
        report.Sequence = 1;
        report.State.Positions[0] = position;
        report.State.CapturedAt = report.State.ReceivedAt = control.Loop.NextDue > _clock.Now ? control.Loop.NextDue : _clock.Now;
        _reports.Publish();
        control.Loop.RunTick();
    }

    private sealed class ScriptedPlanner(ManualClock clock) : IPlanner
    {
        public float Action { get; set; }

        public TimeSpan Spend { get; set; }

        public PlanStatus Status { get; set; }

        public bool Records { get; set; } = true;

        public List<float> Beliefs { get; } = [];

        public List<MonotonicTime> ValidFroms { get; } = [];

        public List<MonotonicTime?> Deadlines { get; } = [];

        public void Reset() => Beliefs.Clear();

        public PlanStatus Plan(Belief belief, MonotonicTime validFrom, RandomKey key, in PlanBudget budget, ActionPlanBuffer into)
        {
            clock.Advance(Spend);
            if (Records)
                Record(belief, validFrom, budget.Deadline);
            into.Actions.AsSpan().Fill(Action);
            (into.Horizon, into.ValidFrom) = (4, validFrom);
            return Status;
        }

        private void Record(Belief belief, MonotonicTime validFrom, MonotonicTime? deadline)
        {
            Beliefs.Add(belief.Mean[0]);
            ValidFroms.Add(validFrom);
            Deadlines.Add(deadline);
        }
    }
}
