using Robotics.Core.Links;
using Robotics.Drivers.Feetech;
using Robotics.Testing.Emulation;

namespace Robotics.Tests.Sim.Drivers.Feetech;

public class FeetechDriverTests
{
    private static readonly double[] Goal = [0.4, -0.4, 0.7, 0.6, 0.5, 0.5];
    private static readonly double[] Far = [1.5, -1.5, -1.2, -1.2, 2, 1.5];

    [Fact]
    public async Task Connect_SixServos_ConfiguresThemOnce()
    {
        await using var rig = new FeetechRig();
        await rig.Driver.ConnectAsync(CancellationToken.None);
        var identities = Assert.IsType<FeetechDriver>(rig.Driver).Identities;
        Assert.Equal([1, 2, 3, 4, 5, 6], identities.Select(i => i.Id));
        Assert.All(
            identities,
            i => Assert.Equal(("sts3215 (model number 777)", new Version(3, 10), 7.4), (i.Model, i.Firmware, i.Voltage)));
        Assert.True(rig.Driver.ChangedSettings > 0);
        var writes = rig.Emulator.Servos.Sum(s => s.EepromWrites);
        var again = await rig.ExchangeAsync("name: so101", "name: so101");
        await again.ConnectAsync(CancellationToken.None);
        Assert.Equal((0, writes), (again.ChangedSettings, rig.Emulator.Servos.Sum(s => s.EepromWrites)));
        Assert.All(rig.Emulator.Servos, s => Assert.Equal((0, 0), (s.Memory[7], s.Memory[18] & 16)));
        Assert.Equal(250, rig.Emulator.Servos[5].Word(28) + 4);
    }

    [Fact]
    public async Task Activate_LimpArm_StaysWhereItIs()
    {
        await using var rig = new FeetechRig();
        await rig.Driver.ConnectAsync(CancellationToken.None);
        Assert.Empty(rig.Emulator.Goals);
        await rig.Driver.ActivateAsync(new GuardOptions(), new EmergencyStop(), CancellationToken.None);
        var positions = rig.Positions();
        foreach (var goals in rig.Emulator.Goals.GroupBy(g => g.Joint))
            Assert.All(goals, g => Assert.Equal(positions[g.Joint], g.Goal, 0.03));
        Assert.All(rig.Emulator.Servos, s => Assert.Equal(((byte)1, true), (s.Memory[40], s.Word(46) > 0 && s.Memory[41] > 0)));
        Assert.Equal(500, rig.Emulator.Servos[5].Word(48));
    }

    [Fact]
    public async Task TryWrite_GoalPose_MovesTheArmAndReadsItBack()
    {
        await using var rig = new FeetechRig();
        var link = await rig.ActivateAsync();
        rig.Command(link, 1.5, _ => Goal);
        for (var i = 0; i < Goal.Length; i++)
        {
            Assert.Equal(Goal[i], rig.State.Positions[i], 0.03);
            Assert.Equal(rig.Arm.Read(i).Position, rig.State.Positions[i], 0.003);
            Assert.Equal(double.NaN, rig.State.Efforts[i]);
        }

        Assert.InRange((rig.Clock.Now - rig.State.CapturedAt).TotalSeconds, 0, 0.1);
        Assert.True(rig.State.CapturedAt < rig.State.ReceivedAt);
    }

    [Fact]
    public async Task TryWrite_LossCorruptionAndLateDuplicates_SendsNoWrongGoal()
    {
        await using var rig = new FeetechRig();
        var link = await rig.ActivateAsync();
        var faults = rig.Emulator.Faults;
        (faults.ReplyLoss, faults.RequestLoss, faults.Corruption, faults.Duplication) = (0.05, 0.05, 0.02, 0.05);
        var start = rig.Positions();
        rig.Command(link, 2, t => [.. start.Select((s, i) => s + (Math.Min(1, t / 1.5) * (Goal[i] - s)))]);
        faults.Clear();
        Assert.Equal(1, rig.Driver.Report().Connections);
        Assert.True(rig.Driver.Report().Errors[LinkErrorKind.Timeout] > 0);
        foreach (var (joint, goal) in rig.Emulator.Goals)
            Assert.InRange(goal, Math.Min(start[joint], Goal[joint]) - 0.03, Math.Max(start[joint], Goal[joint]) + 0.03);
        rig.Command(link, 0.3, _ => Goal);
        Assert.All(Goal.Zip(rig.State.Positions), p => Assert.Equal(p.First, p.Second, 0.03));
    }

    [Fact]
    public async Task Connect_AdapterThatEchoes_DiscardsItsEcho()
    {
        await using var rig = new FeetechRig();
        rig.Emulator.Faults.Echo = true;
        await rig.ExchangeAsync("reply_timeout_ms: 40", "reply_timeout_ms: 150");
        var link = await rig.ActivateAsync();
        rig.Command(link, 0.5, _ => Goal);
        Assert.Equal(rig.Arm.Read(0).Position, rig.State.Positions[0], 0.05);
        Assert.Empty(rig.Driver.Report().Errors);
    }

    [Fact]
    public async Task TryWrite_StandardArmWithAGripper_MovesHingesAndTheSlide()
    {
        await using var rig = new FeetechRig(robot: "arm7-feetech");
        var link = await rig.ActivateAsync();
        double[] goal = [0.3, 0.5, -0.2, 1.4, 0.3, 0.7, 0.2, 0.035];
        rig.Command(link, 1.2, _ => goal);
        for (var i = 0; i < goal.Length; i++)
            Assert.Equal(rig.Arm.Read(i).Position, rig.State.Positions[i], i == 7 ? 1e-4 : 0.003);
        Assert.Equal(0.3, rig.State.Positions[0], 0.04);
        Assert.Equal(0.035, rig.State.Positions[7], 0.001);
    }

    [Fact]
    public async Task Connect_AfterTheBusWasAway_HoldsWhereTheArmIs()
    {
        await using var rig = new FeetechRig();
        var link = await rig.ActivateAsync();
        rig.Command(link, 0.3, _ => Goal);
        rig.Emulator.Stop();
        Assert.True(rig.Until(() => rig.Driver.Report().Connection != ConnectionState.Connected));
        Assert.Equal(LinkStatus.Disconnected, link.TryRead(rig.State));
        var goals = rig.Emulator.Goals.Count;
        rig.Emulator.Start();
        Assert.True(rig.Until(() => rig.Driver.Report().Connection == ConnectionState.Connected));
        Assert.Equal(2, rig.Driver.Report().Connections);
        Assert.All(rig.Emulator.Servos, s => Assert.Equal(1, s.Memory[40]));
        Assert.All(rig.Emulator.Goals.Skip(goals), g => Assert.Equal(rig.Arm.Read(g.Joint).Position, g.Goal, 0.05));
        Assert.True(rig.Until(() => link.TryRead(rig.State) == LinkStatus.Ok));
    }

    [Fact]
    public async Task TryStop_LossyBus_HoldsThePositionMeasuredOnce()
    {
        await using var rig = new FeetechRig();
        var link = await rig.ActivateAsync();
        rig.Command(link, 0.3, _ => Far);
        rig.Emulator.Faults.RequestLoss = 0.3;
        link.TryStop();
        Assert.True(rig.Until(() => Enumerable.Range(0, 6).All(i => Math.Abs(rig.Arm.GoalOf(i) - Far[i]) > 0.01)));
        rig.Emulator.Faults.Clear();
        var held = Enumerable.Range(0, 6).Select(rig.Arm.GoalOf).ToArray();
        rig.Until(() => false, 0.4);
        Assert.Equal(held, Enumerable.Range(0, 6).Select(rig.Arm.GoalOf));
    }

    [Fact]
    public async Task TryWrite_NoFurtherCommand_StopsAfterTheTimeout()
    {
        await using var rig = new FeetechRig();
        var link = await rig.ActivateAsync();
        rig.Command(link, 0.15, _ => Far);
        var at = rig.Clock.Now;
        Assert.True(rig.Until(() => Enumerable.Range(0, 6).All(i => Math.Abs(rig.Arm.GoalOf(i) - Far[i]) > 0.01)));
        Assert.InRange((rig.Clock.Now - at).TotalSeconds, 0.08, 0.4);
    }

    [Fact]
    public async Task Release_SupportedArm_SwitchesTorqueOff()
    {
        await using var rig = new FeetechRig();
        await rig.ActivateAsync();
        await rig.Driver.ReleaseAsync(CancellationToken.None);
        Assert.All(rig.Emulator.Servos, s => Assert.Equal(0, s.Memory[40]));
    }

    [Fact]
    public async Task Dispose_MovingArm_StopsIt()
    {
        await using var rig = new FeetechRig();
        var link = await rig.ActivateAsync();
        rig.Command(link, 0.2, _ => Far);
        await rig.Driver.DisposeAsync();
        Assert.All(Enumerable.Range(0, 6), i => Assert.True(Math.Abs(rig.Arm.GoalOf(i) - Far[i]) > 0.01));
        Assert.Contains(rig.Emulator.Log.Entries, e => e.Direction == WireDirection.Received && e.Bytes[4] == 0x83);
    }
}
