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
        Assert.Equal(LinkStatus.Ok, link.TryWrite(At(0.2), [0.3, 0.2], _applied));
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

    private static MonotonicTime At(double seconds) => MonotonicTime.FromSeconds(seconds);
}
