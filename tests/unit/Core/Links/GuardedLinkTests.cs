using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Spaces;
using Robotics.Core.Time;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Core;

public sealed class GuardedLinkTests
{
    private readonly EmergencyStop _stop = new();
    private readonly double[] _applied = new double[2];
    private readonly double[] _one = new double[1];
    private readonly RobotState _state = new(1);

    [Fact]
    public async Task TryWrite_BeyondLimitsAndRates_AppliesTheNearestAllowed()
    {
        var robot = new InMemoryRobot(ActionMode.Position, ActionMode.Velocity);
        var link = await robot.ActivateAsync(
            new GuardOptions { Low = [-1, -20], High = [1, 20], MaximumRate = [2, double.PositiveInfinity] }, _stop);

        Assert.Equal(LinkStatus.Limited, link.TryWrite(At(0), [5, 15], _applied));
        Assert.Equal([1, 10], _applied);
        Assert.Equal(LinkStatus.Limited, link.TryWrite(At(0.1), [-1, 3], _applied));
        Assert.Equal([0.8, 3], _applied.Select(a => Math.Round(a, 12)));
        Assert.Equal(LinkStatus.Ok, link.TryWrite(At(0.2), [0.7, 3], _applied));
        Assert.Equal(_applied, robot.Commands[^1]);
        Assert.Equal(2, link.LimitedCount);
    }

    [Fact]
    public async Task TryWrite_NotFinite_HoldsPositionsAndZeroesVelocities()
    {
        var robot = new InMemoryRobot(ActionMode.Position, ActionMode.Velocity);
        var link = await robot.ActivateAsync(stop: _stop);

        Assert.Equal(LinkStatus.NotFinite, link.TryWrite(At(0), [double.NaN, 1], _applied));
        Assert.Equal((1, 0), (robot.Stops, robot.Writes));

        link.TryWrite(At(0.1), [0.5, 2], _applied);
        Assert.Equal(LinkStatus.NotFinite, link.TryWrite(At(0.2), [0, double.PositiveInfinity], _applied));
        Assert.Equal([0.5, 0], robot.Commands[^1]);
        Assert.Equal(2, link.NotFiniteCount);
    }

    [Fact]
    public async Task TryWrite_EmergencyStopLatched_StopsUntilReleasedByHand()
    {
        var robot = new InMemoryRobot(ActionMode.Position, ActionMode.Velocity);
        var link = await robot.ActivateAsync(stop: _stop);
        link.TryWrite(At(0), [0.1, 0.2], _applied);
        _stop.Latch("first");
        _stop.Latch("second");

        Assert.Equal(LinkStatus.EmergencyStopped, link.TryWrite(At(0.1), [double.NaN, 5], _applied));
        Assert.Equal(("first", 1, 1, 0L), (_stop.Reason, robot.Stops, robot.Writes, link.NotFiniteCount));

        _stop.Release();
        Assert.Equal(LinkStatus.Held, link.TryWrite(At(0.2), [0.3, 0.2], _applied));
        link.Resume();
        Assert.Equal(LinkStatus.Ok, link.TryWrite(At(0.3), [0.3, 0.2], _applied));
        Assert.Equal(
            [SafetyState.Active, SafetyState.EmergencyStopped, SafetyState.Holding, SafetyState.Active], Transitions(link));
    }

    [Fact]
    public async Task TryWrite_AfterAGap_CountsAtMostTwoServoPeriods()
    {
        var robot = new InMemoryRobot(ActionMode.Position);
        var link = await robot.ActivateAsync(new GuardOptions { MaximumRate = [2] }, _stop);
        link.ServoPeriod = TimeSpan.FromSeconds(0.005);
        link.StartFrom(At(0), [0]);

        link.TryWrite(At(0.5), [1], _one);

        Assert.Equal(0.02, _one[0], 12);
    }

    [Fact]
    public async Task TryWrite_AfterAReconnect_HoldsWhereItWasMeasuredUntilResumed()
    {
        var robot = new InMemoryRobot(ActionMode.Position);
        var link = await robot.ActivateAsync(stop: _stop);
        link.TryWrite(At(0), [0.5], _one);
        robot.WriteStatus = LinkStatus.Disconnected;
        link.TryWrite(At(0.1), [0.6], _one);
        robot.WriteStatus = LinkStatus.Ok;
        robot.ConnectionCount++;
        link.TryRead(_state);

        // What was measured before the reconnect does not count.
        Assert.Equal(LinkStatus.Held, link.TryWrite(At(0.2), [0.7], _one));
        Assert.Equal(1, robot.Stops);
        foreach (var (time, position) in new[] { (0.25, 0.2), (0.35, 0.19) })
        {
            robot.AdvanceTo(At(time));
            robot.Positions[0] = position;
            link.TryRead(_state);
            Assert.Equal(LinkStatus.Held, link.TryWrite(At(time), [0.7], _one));
            Assert.Equal(0.2, _one[0]);
        }

        link.Resume();
        Assert.Equal(LinkStatus.Ok, link.TryWrite(At(0.4), [0.7], _one));
        Assert.Equal(
            [SafetyState.Active, SafetyState.Disconnected, SafetyState.Holding, SafetyState.Active], Transitions(link));
    }

    [Fact]
    public async Task TryWrite_TrackingErrorThatLasts_BrakesWithinItsAccelerationAndHolds()
    {
        var robot = new InMemoryRobot(ActionMode.Position);
        var link = await robot.ActivateAsync(
            new GuardOptions
            {
                MaximumRate = [1],
                MaximumAcceleration = [10],
                MaximumTrackingError = [0.2],
                TrackingSeconds = 0.05,
            },
            _stop);
        link.TryRead(_state);
        link.StartFrom(At(0), [0]);
        var (last, speed, held) = (0.0, 0.0, 0);
        for (var t = 1; t <= 100; t++)
        {
            var status = link.TryWrite(At(t * 0.01), [1], _one);
            var now = (_one[0] - last) / 0.01;
            if (status == LinkStatus.Held && link.State == SafetyState.Stopping)
                Assert.True(Math.Abs(now - speed) < 0.1 + 1e-9, $"{speed} to {now}");
            (last, speed, held) = (_one[0], now, held + (status == LinkStatus.Held ? 1 : 0));
        }

        Assert.Equal(SafetyState.Holding, link.State);
        Assert.True(link.NeedsResume && held > 50);
        var events = Events(link);
        Assert.Equal((SafetyState.Stopping, SafetyCause.TrackingError, 0), (events[1].To, events[1].Cause, events[1].Index));
        Assert.InRange(events[1].Value, 0.2, 0.3);
    }

    [Theory]
    [InlineData(50, 1.0, false)]
    [InlineData(56, 1.0, true)]
    [InlineData(61, 0.5, true)]
    public async Task TryWrite_MotorThatIsWarm_WarnsAndThenHalvesTheSpeed(double celsius, double scale, bool warns)
    {
        var robot = new InMemoryRobot(ActionMode.Position) { Health = Health(celsius) };
        var link = await robot.ActivateAsync(
            new GuardOptions { MaximumRate = [1], Health = new HealthLimits { Temperature = [60] } }, _stop);
        link.TryRead(_state);
        link.StartFrom(At(0), [0]);

        link.TryWrite(At(0.1), [1], _one);

        Assert.Equal(0.1 * scale, _one[0], 12);
        Assert.Equal(warns, Events(link).Any(e => e is { Cause: SafetyCause.Temperature, Index: 0 } && e.Value == celsius));
    }

    [Fact]
    public async Task TryWrite_MotorThatIsHot_Holds()
    {
        var robot = new InMemoryRobot(ActionMode.Position) { Health = Health(66) };
        var link = await robot.ActivateAsync(new GuardOptions { Health = new HealthLimits { Temperature = [60] } }, _stop);
        link.TryRead(_state);

        Assert.Equal(LinkStatus.Held, link.TryWrite(At(0.1), [1], _one));
        Assert.True(link.NeedsResume);
    }

    [Fact]
    public async Task TryWrite_SecondHold_IsMeasuredAnew()
    {
        var robot = new InMemoryRobot(ActionMode.Position) { Health = new DeviceHealth(1) { At = At(1) } };
        var link = await robot.ActivateAsync(stop: _stop);
        link.TryRead(_state);
        _stop.Latch("first");
        link.TryWrite(At(0), [0], _one);
        _stop.Release();
        link.TryWrite(At(0.1), [0], _one);
        link.Resume();
        link.TryWrite(At(0.2), [0.8], _one);
        robot.Health = new DeviceHealth(1) { At = At(2), IsFaulted = true };
        link.TryRead(_state);
        link.TryWrite(At(0.3), [0.8], _one);

        Assert.Equal(LinkStatus.Held, link.TryWrite(At(0.4), [0.8], _one));
        Assert.Equal((SafetyState.Faulted, 0.8), (link.State, robot.Commands[^1][0]));
    }

    [Fact]
    public async Task TryWrite_ResumedWhileAMotorIsStillHot_HoldsAtOnce()
    {
        var robot = new InMemoryRobot(ActionMode.Position) { Health = Health(66) };
        var link = await robot.ActivateAsync(new GuardOptions { Health = new HealthLimits { Temperature = [60] } }, _stop);
        link.TryRead(_state);
        link.TryWrite(At(0), [0], _one);
        link.TryWrite(At(0.1), [0], _one);
        link.Resume();

        Assert.Equal(LinkStatus.Held, link.TryWrite(At(0.2), [1], _one));
        Assert.True(link.NeedsResume);
    }

    [Fact]
    public async Task TryWrite_PoseCheckThatSlows_ScalesTheStepAndWarns()
    {
        var robot = new InMemoryRobot(ActionMode.Position);
        var link = await robot.ActivateAsync(new GuardOptions { MaximumRate = [1], Monitors = [new HalfSpeed()] }, _stop);
        link.TryRead(_state);
        link.StartFrom(At(0), [0]);

        link.TryWrite(At(0.1), [1], _one);

        Assert.Equal(0.05, _one[0], 12);
        Assert.Contains(Events(link), e => e is { Cause: SafetyCause.Clearance, Value: 0.02, Limit: 0.04 });
    }

    [Fact]
    public async Task TryWrite_CommandFarFromTheRobot_IsRefused()
    {
        var robot = new InMemoryRobot(ActionMode.Position);
        var link = await robot.ActivateAsync(new GuardOptions { MaximumJump = [0.3] }, _stop);
        link.TryRead(_state);
        link.StartFrom(At(0), [0]);

        Assert.Equal(LinkStatus.Held, link.TryWrite(At(0.1), [0.31], _one));
        Assert.Equal(0, _one[0]);
        Assert.Contains(Events(link), e => e.Cause == SafetyCause.CommandJump);
    }

    [Fact]
    public async Task TryWrite_LinkBroken_ReportsItAndCountsRatesFromTheLastSent()
    {
        var robot = new InMemoryRobot(ActionMode.Position, ActionMode.Velocity);
        var link = await robot.ActivateAsync(new GuardOptions { MaximumRate = [1, 1] }, _stop);
        link.StartFrom(At(0), [0, 0]);
        robot.WriteStatus = LinkStatus.Disconnected;
        Assert.Equal(LinkStatus.Disconnected, link.TryWrite(At(0.1), [0.05, 0], _applied));
        robot.WriteStatus = LinkStatus.Ok;

        link.TryWrite(At(0.2), [1, -1], _applied);

        Assert.Equal([0.2, -0.2], _applied.Select(a => Math.Round(a, 12)));
    }

    [Fact]
    public async Task TryWrite_EveryPath_DoesNotAllocate()
    {
        var robot = new InMemoryRobot(ActionMode.Position, ActionMode.Velocity) { RecordsCommands = false };
        var link = await robot.ActivateAsync(new GuardOptions { MaximumRate = [1, 1] }, _stop);
        double[][] commands = [[0.1, 0.1], [50, -50], [double.NaN, 0]];
        void WriteAll()
        {
            foreach (var command in commands)
                link.TryWrite(At(0.1), command, _applied);
        }

        WriteAll();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            WriteAll();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task ActivateAsync_OptionsThatDoNotFit_AreRefused()
    {
        var robot = new InMemoryRobot(ActionMode.Position);

        var length = await Assert.ThrowsAsync<UserErrorException>(() => robot.ActivateAsync(new GuardOptions { Low = [0, 0] }));
        var empty = await Assert.ThrowsAsync<UserErrorException>(() => robot.ActivateAsync(new GuardOptions { Low = [2], High = [1] }));

        Assert.Contains("1 command channels", length.Message, StringComparison.Ordinal);
        Assert.Contains("joint0", empty.Message, StringComparison.Ordinal);
    }

    private static List<SafetyEvent> Events(GuardedLink link)
    {
        var events = new List<SafetyEvent>();
        while (link.Events.TryTake(out var taken))
            events.Add(taken);
        return events;
    }

    private static List<SafetyState> Transitions(GuardedLink link) =>
        Events(link).Where(e => e.From != e.To).Select(e => e.To).Aggregate(
            new List<SafetyState>(), (all, s) => all.Count > 0 && all[^1] == s ? all : [.. all, s]);

    private static DeviceHealth Health(double celsius)
    {
        var health = new DeviceHealth(1) { At = At(1) };
        health.Temperatures[0] = celsius;
        return health;
    }

    private static MonotonicTime At(double seconds) => MonotonicTime.FromSeconds(seconds);

    private sealed class HalfSpeed : IMotionMonitor
    {
        public SafetyCause Cause => SafetyCause.Clearance;

        public double SpeedScale(ReadOnlySpan<double> measured, ReadOnlySpan<double> commanded, out double value, out double limit)
        {
            (value, limit) = (0.02, 0.04);
            return 0.5;
        }
    }
}
