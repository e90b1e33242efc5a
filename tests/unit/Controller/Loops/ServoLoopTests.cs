using Robotics.Controller.Loops;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Spaces;
using Robotics.Core.Time;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Controller;

public sealed class ServoLoopTests
{
    private static readonly TimeSpan ControlPeriod = TimeSpan.FromMilliseconds(20);
    private readonly EmergencyStop _stop = new();
    private GuardedLink? _link;
    private readonly PlanMailbox _plans = new(4, 1);
    private long _published;

    [Fact]
    public async Task Loop_PlanOfTwoActions_CommandsEachForItsPeriod()
    {
        var (robot, servo) = await Make(ActionMode.Velocity);
        Publish(0.010, 0.5f, -1f);

        Run(servo, 10);

        Assert.Equal([0, 0, 1, 1, 1, 1, -2, -2, -2, -2], robot.Commands.Select(c => c[0]));
        Assert.Equal((2, 8), (servo.Counters.Ticks(ServoMode.Waiting), servo.Counters.Ticks(ServoMode.Following)));
    }

    [Fact]
    public async Task Loop_LinearResampling_ReachesTheActionAtTheEndOfItsPeriod()
    {
        var (robot, servo) = await Make(ActionMode.Position, ActionResampling.Linear);
        robot.Positions[0] = 1;
        Publish(0.005, 1f, 0f);

        Run(servo, 9);

        Assert.Equal([1, 1.25, 1.5, 1.75, 2, 1.5, 1, 0.5, 0], robot.Commands.Select(c => Math.Round(c[0], 9)));
    }

    [Fact]
    public async Task Loop_PlanExpires_HoldsThenRampsThenStops()
    {
        var (robot, servo) = await Make(ActionMode.Velocity);
        Publish(0.005, 1f);

        Run(servo, 5 + 2 + 4 + 3);

        // Followed to 25 ms, held for 10 ms, ramped down over 20 ms, stopped.
        Assert.Equal([0, 2, 2, 2, 2, 2, 2, 2, 1.5, 1, 0.5], robot.Commands.Select(c => Math.Round(c[0], 9)));
        Assert.Equal(3, robot.Stops);
        Assert.Equal(
            [1L, 4L, 2L, 4L, 3L],
            Enum.GetValues<ServoMode>().Select(servo.Counters.Ticks));
    }

    [Fact]
    public async Task Loop_NewPlanAfterStop_IsFollowedAgain()
    {
        var (robot, servo) = await Make(ActionMode.Velocity);
        Publish(0.005, 1f);
        Run(servo, 14);
        Publish(0.070, -0.5f);

        Run(servo, 1);

        Assert.Equal(-1, robot.Commands[^1][0]);
        Assert.Equal(ServoMode.Following, servo.Current.Mode);
    }

    [Fact]
    public async Task Loop_PlanForTheFuture_OldOneIsFollowedUntilThen()
    {
        var (robot, servo) = await Make(ActionMode.Velocity);
        Publish(0.005, 0.5f, 0.5f);
        Run(servo, 2);
        Publish(0.015, 0.25f);
        Publish(0.020, -1f);

        Run(servo, 3);

        Assert.Equal([0, 1, 1, 1, -2], robot.Commands.Select(c => c[0]));
        Assert.Equal((2, 0), (servo.Counters.PlansFollowed, servo.Counters.PlansSuperseded));
    }

    [Fact]
    public async Task Loop_EmergencyStopInMidPlan_StopsAndStartsAgainFromWhereItStands()
    {
        var (robot, servo) = await Make(ActionMode.Position, ActionResampling.Hold, maximumRate: 20);
        Publish(0.005, 0.05f, 0.05f, 0.05f, 0.05f);
        Run(servo, 3);
        _stop.Latch("test");
        Run(servo, 2);
        Assert.Equal((2, ServoMode.Stopped), (robot.Stops, servo.Current.Mode));
        robot.Positions[0] = -1;
        Run(servo, 2);

        _stop.Release();
        Run(servo, 2);
        Assert.Equal([-1, -1], robot.Commands[^2..].Select(c => c[0]));
        _link!.Resume();
        Publish(0.045, 0.05f, 0.05f);
        Run(servo, 2);

        // The old plan is forgotten; 20 rad/s over 5 ms is 0.1 rad a tick, counted from the measured −1.
        Assert.Equal([-0.9, -0.8], robot.Commands[^2..].Select(c => Math.Round(c[0], 9)));
        Assert.Equal(4, servo.Counters.Writes(LinkStatus.EmergencyStopped));
    }

    [Fact]
    public async Task Loop_NotANumberInThePlan_NeverReachesTheRobot()
    {
        var (robot, servo) = await Make(ActionMode.Velocity);
        Publish(0.005, 0.5f, float.NaN);

        Run(servo, 9);

        Assert.All(robot.Commands, c => Assert.True(double.IsFinite(c[0])));
        Assert.Equal(0, robot.Commands[^1][0]);
        Assert.Equal(4, servo.Counters.Writes(LinkStatus.NotFinite));
    }

    [Fact]
    public async Task Loop_LinkDrops_StopsAfterTheTimeoutAndRecovers()
    {
        var (robot, servo) = await Make(ActionMode.Velocity);
        Publish(0.005, 0.5f, 0.5f, 0.5f, 0.5f);
        Run(servo, 2);
        robot.ReadStatus = robot.WriteStatus = LinkStatus.Disconnected;

        Run(servo, 7);
        var reads = servo.Counters.Reads(LinkStatus.Disconnected);
        robot.ReadStatus = robot.WriteStatus = LinkStatus.Ok;
        Run(servo, 1);

        // State of 5 ms: still young enough until 30 ms, too old at 35 and 40.
        Assert.Equal((7, 2, 2), (reads, servo.Counters.StateTimeouts, robot.Stops));
        Assert.Equal(1, robot.Commands[^1][0]);
    }

    [Fact]
    public async Task Loop_SteadyState_DoesNotAllocate()
    {
        var (robot, servo) = await Make(ActionMode.Position, ActionResampling.Linear);
        robot.RecordsCommands = false;
        Run(servo, 3);
        Publish(0.020, 0.1f, 0.2f);
        Run(servo, 3);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(servo, 100);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private async Task<(InMemoryRobot Robot, ServoLoop Servo)> Make(
        ActionMode mode, ActionResampling resampling = ActionResampling.Hold, double maximumRate = double.PositiveInfinity)
    {
        var robot = new InMemoryRobot(mode);
        var link = _link = await robot.ActivateAsync(new GuardOptions { MaximumRate = [maximumRate] }, _stop);
        var space = new ActionSpace([new ActionChannel("joint0", mode, ActionReference.Absolute, -2, 2)], resampling);
        var options = new ServoOptions
        {
            RateHz = 200,
            Hold = TimeSpan.FromMilliseconds(10),
            RampDown = TimeSpan.FromMilliseconds(20),
            StateTimeout = TimeSpan.FromMilliseconds(25),
        };
        return (robot, new ServoLoop(link, space, _plans, new SimulatedPacer(robot), options));
    }

    private void Publish(double validFromSeconds, params float[] actions)
    {
        var draft = _plans.Draft;
        actions.CopyTo(draft.Actions, 0);
        (draft.Horizon, draft.Period, draft.Sequence) = (actions.Length, ControlPeriod, ++_published);
        draft.ValidFrom = MonotonicTime.FromSeconds(validFromSeconds);
        _plans.Publish();
    }

    private static void Run(ServoLoop servo, int ticks)
    {
        for (var i = 0; i < ticks; i++)
            servo.Loop.RunTick();
    }
}
