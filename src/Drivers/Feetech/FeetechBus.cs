using Robotics.Core.Links;
using Robotics.Drivers.Serial;
using Robotics.Drivers.Servos;

namespace Robotics.Drivers.Feetech;

/// <summary>Feetech's instructions on a bus.</summary>
internal sealed class FeetechBus(SerialBus bus, DriverCounters counters) : ServoBus(bus, counters, FeetechFrame.MaximumLength)
{
    /// <inheritdoc/>
    public override int ReadOverhead => (2 * FeetechFrame.Overhead) + 2;

    /// <inheritdoc/>
    protected override int ReplyOverhead => FeetechFrame.Overhead;

    /// <inheritdoc/>
    public override BusStatus Ping(byte id) => Exchange(FeetechFrame.Build(Request, id, FeetechInstruction.Ping, []), id, 0, [], out _);

    /// <inheritdoc/>
    protected override int BuildRead(byte id, int address, int count) => FeetechFrame.Read(Request, id, (byte)address, (byte)count);

    /// <inheritdoc/>
    protected override int BuildWrite(byte id, int address, ReadOnlySpan<byte> data) =>
        FeetechFrame.Write(Request, id, (byte)address, data);

    /// <inheritdoc/>
    protected override int BuildSyncRead(int address, int count, ReadOnlySpan<byte> ids, ReadOnlySpan<bool> received) =>
        FeetechFrame.SyncRead(Request, (byte)address, (byte)count, ids, received);

    /// <inheritdoc/>
    protected override int BuildSyncWrite(int address, int count, ReadOnlySpan<byte> ids, ReadOnlySpan<byte> data) =>
        FeetechFrame.SyncWrite(Request, (byte)address, (byte)count, ids, data);

    /// <inheritdoc/>
    protected override ServoReply Parse(ReadOnlySpan<byte> frame) =>
        new(frame[FeetechFrame.IdAt], frame[FeetechFrame.ErrorAt], FeetechFrame.DataAt, frame.Length - FeetechFrame.Overhead);
}
