using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Drivers.Dynamixel;
using Robotics.Testing.Emulation.Dynamixel;

namespace Robotics.Tests.Sim.Drivers.Dynamixel;

public class DynamixelDriverTests
{
    private const string LongWatchdog = "baud_rate: 1000000\n  watchdog_seconds: 0.4";
    private static readonly double[] Goal = [1.2, 0.025];

    [Fact]
    public async Task Connect_FactorySettings_ConfiguresThemOnce()
    {
        await using var rig = new DynamixelRig();
        await rig.Driver.ConnectAsync(CancellationToken.None);
        var identities = Assert.IsType<DynamixelDriver>(rig.Driver).Identities;
        Assert.Equal(new DynamixelIdentity(1, "xl330-m288 (model number 1200)", 52, 5, 0, 0), identities[0]);
        Assert.Equal([3, 5], rig.Emulator.Servos.Select(s => s.Memory[11]));
        Assert.True(rig.Driver.ChangedSettings > 0);
        var writes = rig.Emulator.Servos.Sum(s => s.EepromWrites);
        var again = await rig.ExchangeAsync("schema: 1", "schema: 1");
        await again.ConnectAsync(CancellationToken.None);
        Assert.Equal((0, writes), (again.ChangedSettings, rig.Emulator.Servos.Sum(s => s.EepromWrites)));
        Assert.Empty(rig.Emulator.Goals);
    }

    [Fact]
    public async Task TryWrite_GoalPose_MovesTheArmAndReadsItBack()
    {
        await using var rig = new DynamixelRig();
        await rig.ExchangeAsync("baud_rate: 1000000", LongWatchdog);
        var link = await rig.ActivateAsync();
        Assert.All(rig.Emulator.Goals, g => Assert.Equal(rig.Arm.Read(g.Joint).Position, g.Goal, 0.01));
        Assert.Equal((525, 20), (rig.Emulator.Servos[1].Word16(102), rig.Emulator.Servos[0].Memory[98]));
        rig.Command(link, 1, _ => Goal);
        Assert.Equal(Goal[0], rig.State.Positions[0], 0.02);
        Assert.Equal(Goal[1], rig.State.Positions[1], 0.001);
        Assert.Equal(rig.Arm.Read(0).Position, rig.State.Positions[0], 0.003);
        Assert.Equal(1, rig.Driver.Report().Connections);
    }

    [Fact]
    public async Task TryWrite_LossCorruptionAndEcho_SendsNoWrongGoal()
    {
        await using var rig = new DynamixelRig();
        rig.Emulator.Faults.Echo = true;
        await rig.ExchangeAsync("baud_rate: 1000000", LongWatchdog);
        var link = await rig.ActivateAsync();
        var faults = rig.Emulator.Faults;
        (faults.ReplyLoss, faults.RequestLoss, faults.Corruption, faults.Duplication) = (0.05, 0.05, 0.02, 0.05);
        var start = rig.Positions();
        rig.Command(link, 1.5, t => [.. start.Select((s, i) => s + (Math.Min(1, t) * (Goal[i] - s)))]);
        (faults.ReplyLoss, faults.RequestLoss, faults.Corruption, faults.Duplication) = (0, 0, 0, 0);
        Assert.True(rig.Driver.Report().Errors[LinkErrorKind.Timeout] > 0);
        foreach (var (joint, goal) in rig.Emulator.Goals)
            Assert.InRange(goal, Math.Min(start[joint], Goal[joint]) - 0.01, Math.Max(start[joint], Goal[joint]) + 0.01);
        rig.Command(link, 0.3, _ => Goal);
        Assert.Equal(Goal[0], rig.State.Positions[0], 0.03);
    }

    [Fact]
    public async Task Watchdog_SilentHost_StopsTheServosAndThenConnectsAgain()
    {
        await using var rig = new DynamixelRig();
        await rig.ExchangeAsync("baud_rate: 1000000", "baud_rate: 1000000\n  lost_after_seconds: 5\n  watchdog_seconds: 0.2");
        var link = await rig.ActivateAsync();
        rig.Command(link, 0.1, _ => [2, 0.03]);
        rig.Emulator.Faults.IsStalled = true;
        Assert.True(rig.Until(() => rig.Emulator.Servos.All(s => s.Memory[98] == 255)));
        Assert.True(rig.Arm.GoalOf(0) < 1.9);
        rig.Emulator.Faults.IsStalled = false;
        Assert.True(rig.Until(() => rig.Driver.Report() is { Connections: 2, Connection: ConnectionState.Connected }));
        Assert.All(rig.Emulator.Servos, s => Assert.Equal((true, 10), (s.HasTorque, s.Memory[98])));
        Assert.True(rig.Arm.GoalOf(0) < 1.9);
    }

    [Fact]
    public async Task Connect_AfterTheBusWasAway_HoldsWhereTheArmIs()
    {
        await using var rig = new DynamixelRig();
        await rig.ExchangeAsync("baud_rate: 1000000", LongWatchdog);
        var link = await rig.ActivateAsync();
        rig.Command(link, 0.2, _ => Goal);
        rig.Emulator.Stop();
        Assert.True(rig.Until(() => rig.Driver.Report().Connection != ConnectionState.Connected));
        var goals = rig.Emulator.Goals.Count;
        rig.Emulator.Start();
        Assert.True(rig.Until(() => rig.Driver.Report().Connection == ConnectionState.Connected));
        Assert.All(rig.Emulator.Servos, s => Assert.True(s.HasTorque));
        Assert.All(rig.Emulator.Goals.Skip(goals), g => Assert.Equal(rig.Arm.Read(g.Joint).Position, g.Goal, 0.05));
        Assert.True(rig.Until(() => link.TryRead(rig.State) == LinkStatus.Ok));
    }

    [Fact]
    public async Task Activate_HardwareError_IsRefusedAndNamed()
    {
        await using var rig = new DynamixelRig();
        rig.Emulator.Servos[1].HardwareError = 0x20;
        await rig.Driver.ConnectAsync(CancellationToken.None);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => rig.Driver.ActivateAsync(new(), new(), CancellationToken.None));
        Assert.Contains("servo 2 (joint 'jaw') reports a hardware error (overload)", error.Message, StringComparison.Ordinal);
        Assert.All(rig.Emulator.Servos, s => Assert.False(s.HasTorque));
    }

    [Theory]
    [InlineData("model", "is a xl430-w250 (model number 1060), not a xl330-m288")]
    [InlineData("firmware", "has firmware 20, older than 38")]
    [InlineData("voltage", "is supplied with 12.0 V, outside its 3.5 to 7.0 V")]
    [InlineData("id", "a servo with id 7 answers that no joint names")]
    [InlineData("twice", "have id 2 (joint 'jaw')")]
    [InlineData("baud", "answer at 57600 baud, not at 1000000")]
    public async Task Connect_ServoThatDoesNotFit_NamesTheCause(string kind, string expected)
    {
        await using var rig = new DynamixelRig(s => kind switch
        {
            "model" => [s[0].WithFactorySettings(1060), s[1]],
            "firmware" => [s[0].WithFactorySettings(firmware: 20), s[1]],
            "id" => [s[0], new EmulatedDynamixelServo(7, 1).WithFactorySettings()],
            "twice" => [.. s, new EmulatedDynamixelServo(2, -1).WithFactorySettings()],
            _ => s,
        });
        if (kind == "voltage")
            rig.Emulator.Servos[0].Voltage = 12;
        if (kind == "baud")
            rig.Emulator.BaudRate = 57_600;
        var error = await Assert.ThrowsAsync<UserErrorException>(() => rig.Driver.ConnectAsync(CancellationToken.None));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(rig.Emulator.Goals);
    }
}
