using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Feetech;
using Robotics.Drivers.Serial;
using Robotics.Drivers.Servos;

namespace Robotics.Tests.Sim.Drivers.Feetech;

public class FeetechBusTests
{
    private static readonly byte[] Ids = [1, 2, 3, 4, 5, 6];
    private readonly DriverCounters _counters = new();

    [Fact]
    public async Task SyncRead_InSteadyState_DoesNotAllocate()
    {
        await using var rig = new FeetechRig();
        using var bus = Open(rig);
        var (data, errors, received) = (new byte[48], new int[6], new bool[6]);
        var before = 0L;
        for (var cycle = 0; cycle < 60; cycle++)
        {
            if (cycle == 30)
                before = GC.GetAllocatedBytesForCurrentThread();
            Array.Clear(received);
            _ = bus.SyncWrite(42, 2, Ids, data.AsSpan(0, 12));
            _ = bus.SyncRead(56, 8, Ids, data, 8, errors, received);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.DoesNotContain(false, received);
    }

    [Fact]
    public async Task SyncRead_LostReply_AsksOnlyForThatAgain()
    {
        await using var rig = new FeetechRig();
        using var bus = Open(rig);
        var (data, errors, received) = (new byte[48], new int[6], new bool[6]);
        rig.Emulator.Faults.ReplyLoss = 0.5;
        var cycles = 0;
        while (bus.SyncRead(56, 8, Ids, data, 8, errors, received) != BusStatus.Ok)
            Assert.True(++cycles < 60);
        var asked = rig.Emulator.Log.Entries.Where(e => e.Bytes[4] == 0x82).Select(e => e.Bytes[3] - 4).ToArray();
        Assert.Equal(6, asked[0]);
        Assert.True(asked[^1] < 6);
        Assert.Equal(asked.OrderDescending(), asked);
    }

    [Fact]
    public async Task Read_LateReplyOfAnotherRequest_AnswersNothing()
    {
        await using var rig = new FeetechRig();
        using var bus = Open(rig);
        rig.Emulator.Faults.Lateness = 1;
        rig.Emulator.Faults.LateBy = TimeSpan.FromMilliseconds(60);
        Assert.Equal(BusStatus.Timeout, bus.Read(1, 3, new byte[2], out _));
        rig.Emulator.Faults.Clear();
        var model = new byte[2];
        Assert.Equal(BusStatus.Ok, bus.Read(2, 3, model, out _));
        Assert.Equal([9, 3], model);
    }

    [Fact]
    public async Task Read_ErrorBits_ComeWithGoodData()
    {
        await using var rig = new FeetechRig();
        using var bus = Open(rig);
        rig.Emulator.Servos[0].ErrorBits = 0x20;
        var model = new byte[2];
        Assert.Equal(BusStatus.Ok, bus.Read(1, 3, model, out var errors));
        Assert.Equal((FeetechErrors.Overload, 9), ((FeetechErrors)errors, model[0]));
    }

    [Fact]
    public async Task Poll_OverloadedServo_ReportsItsCondition()
    {
        await using var rig = new FeetechRig();
        using var bus = Open(rig);
        var options = new FeetechOptions { Port = rig.Emulator.Port };
        var servos = FeetechServo.Create(rig.Robot(), options);
        (rig.Emulator.Servos[3].Temperature, rig.Emulator.Servos[3].ErrorBits) = (64, 0x20);
        var health = new ServoHealth(
            servos, FeetechDriver.Layout(FeetechFamily.Sts),
            (servo, block, errors, into) => FeetechDriver.DecodeHealth(servo, block, errors, FeetechFamily.Sts, into));
        var into = new DeviceHealth(6);
        Assert.True(rig.Until(() =>
        {
            health.Poll(bus, rig.Clock, rig.Clock.Now + TimeSpan.FromMilliseconds(8));
            return health.TryCopy(into, rig.Clock.Now);
        }));
        Assert.Equal((64, 7.4, 0x20), (into.Temperatures[3], Math.Round(into.Voltages[3], 3), into.ErrorBits[3]));
        Assert.All(into.Currents, c => Assert.True(double.IsFinite(c)));
        Assert.Equal(1, _counters.ErrorsOf(LinkErrorKind.DeviceError));
    }

    private FeetechBus Open(FeetechRig rig)
    {
        IClock clock = rig.Clock;
        var port = SerialPort.Open(rig.Emulator.Port, 1_000_000, clock);
        return new FeetechBus(new SerialBus(port, new FeetechFrameParser(), TimeSpan.FromMilliseconds(40), clock, _counters), _counters);
    }
}
