using Robotics.Core.Links;
using Robotics.Drivers.Serial;
using Robotics.Drivers.Servos;

namespace Robotics.Drivers.Dynamixel;

/// <summary>
/// Instructions of protocol 2.0 on a bus. States are read by sync read, not by fast sync read, whose one frame is lost whole with the
/// reply of a single servo.
/// </summary>
internal sealed class DynamixelBus(SerialBus bus, DriverCounters counters) : ServoBus(bus, counters, DynamixelFrame.MaximumLength)
{
    private const int PingReply = 3;

    /// <inheritdoc/>
    public override int ReadOverhead => DynamixelFrame.Overhead + 4 + DynamixelFrame.StatusOverhead;

    /// <inheritdoc/>
    protected override int ReplyOverhead => DynamixelFrame.StatusOverhead;

    /// <inheritdoc/>
    public override BusStatus Ping(byte id) =>
        Exchange(DynamixelFrame.Build(Request, id, DynamixelInstruction.Ping, []), id, PingReply, [], out _);

    /// <inheritdoc/>
    protected override int BuildRead(byte id, int address, int count)
    {
        var writer = DynamixelFrame.Begin(Request, id, DynamixelInstruction.Read);
        writer.AddWord(address);
        writer.AddWord(count);
        return writer.Seal();
    }

    /// <inheritdoc/>
    protected override int BuildWrite(byte id, int address, ReadOnlySpan<byte> data)
    {
        var writer = DynamixelFrame.Begin(Request, id, DynamixelInstruction.Write);
        writer.AddWord(address);
        writer.Add(data);
        return writer.Seal();
    }

    /// <inheritdoc/>
    protected override int BuildSyncRead(int address, int count, ReadOnlySpan<byte> ids, ReadOnlySpan<bool> received)
    {
        var writer = DynamixelFrame.Begin(Request, DynamixelFrame.Broadcast, DynamixelInstruction.SyncRead);
        writer.AddWord(address);
        writer.AddWord(count);
        for (var i = 0; i < ids.Length; i++)
        {
            if (!received[i])
                writer.Add(ids[i]);
        }

        return writer.Seal();
    }

    /// <inheritdoc/>
    protected override int BuildSyncWrite(int address, int count, ReadOnlySpan<byte> ids, ReadOnlySpan<byte> data)
    {
        var writer = DynamixelFrame.Begin(Request, DynamixelFrame.Broadcast, DynamixelInstruction.SyncWrite);
        writer.AddWord(address);
        writer.AddWord(count);
        for (var i = 0; i < ids.Length; i++)
        {
            writer.Add(ids[i]);
            writer.Add(data.Slice(i * count, count));
        }

        return writer.Seal();
    }

    /// <inheritdoc/>
    protected override ServoReply Parse(ReadOnlySpan<byte> frame) => new(
        frame[DynamixelFrame.IdAt], frame[DynamixelFrame.ErrorAt], DynamixelFrame.DataAt, frame.Length - DynamixelFrame.StatusOverhead);
}
