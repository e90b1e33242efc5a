using Robotics.Core.Links;
using Robotics.Drivers.Serial;

namespace Robotics.Drivers.Feetech;

/// <summary>Feetech's instructions on a bus. Does not allocate or throw. Not thread-safe.</summary>
internal sealed class FeetechBus(SerialBus bus, DriverCounters counters) : IDisposable
{
    private readonly byte[] _request = new byte[FeetechFrame.MaximumLength];
    private readonly byte[] _reply = new byte[FeetechFrame.MaximumLength];

    /// <summary>Frames on the port.</summary>
    public SerialBus Serial => bus;

    /// <summary>Finds out whether the adapter echoes, by a sync write to no servo.</summary>
    public BusStatus FindEcho(SerialEcho echo)
    {
        var length = FeetechFrame.SyncWrite(_request, FeetechRegisters.GoalPosition.Address, 2, [], []);
        return bus.FindEcho(echo, _request.AsSpan(0, length));
    }

    /// <summary>Asks whether a servo is there.</summary>
    /// <param name="id">The servo.</param>
    /// <param name="errors">Its error bits.</param>
    public BusStatus Ping(byte id, out FeetechErrors errors) =>
        Exchange(FeetechFrame.Build(_request, id, FeetechInstruction.Ping, []), id, [], out errors);

    /// <summary>Reads registers of one servo.</summary>
    public BusStatus Read(byte id, byte address, Span<byte> into, out FeetechErrors errors) =>
        Exchange(FeetechFrame.Read(_request, id, address, (byte)into.Length), id, into, out errors);

    /// <summary>Writes registers of one servo and waits for its confirmation.</summary>
    public BusStatus Write(byte id, byte address, ReadOnlySpan<byte> data) =>
        Exchange(FeetechFrame.Write(_request, id, address, data), id, [], out _);

    /// <summary>True when another frame of a servo follows at once: then two servos have its id.</summary>
    public bool AnotherAnswers(byte id)
    {
        var deadline = bus.ReplyDeadline(0, FeetechFrame.Overhead);
        return bus.Receive(_reply, deadline, out _) == BusStatus.Ok && _reply[FeetechFrame.IdAt] == id;
    }

    /// <summary>Reads the same registers of all servos that have not answered yet.</summary>
    /// <param name="address">First register.</param>
    /// <param name="count">Registers of each servo.</param>
    /// <param name="ids">Servos, in the order in which they answer.</param>
    /// <param name="into">[ids, stride], servo by servo.</param>
    /// <param name="stride">Distance of servos in <paramref name="into"/>, at least <paramref name="count"/>.</param>
    /// <param name="errors">[ids], error bits.</param>
    /// <param name="received">[ids], true for the servos whose data is there; only the others are asked.</param>
    public BusStatus SyncRead(
        byte address, byte count, ReadOnlySpan<byte> ids, Span<byte> into, int stride, Span<FeetechErrors> errors, Span<bool> received)
    {
        var length = FeetechFrame.SyncRead(_request, address, count, ids, received);
        var asked = length - FeetechFrame.Overhead - 2;
        var status = bus.Send(_request.AsSpan(0, length));
        if (status != BusStatus.Ok)
            return status;
        var deadline = bus.ReplyDeadline(length, asked * (count + FeetechFrame.Overhead));
        var next = NextMissing(received, 0);
        while (next < ids.Length)
        {
            status = bus.Receive(_reply, deadline, out _);
            if (status != BusStatus.Ok)
                return Counted(status);
            var from = ids[next..].IndexOf(_reply[FeetechFrame.IdAt]);
            if (from < 0 || received[next + from] || _reply[FeetechFrame.LengthAt] != count + 2)
            {
                counters.Count(LinkErrorKind.Unexpected);
                continue;
            }

            // Servos answer in order: those passed over will not answer any more.
            var servo = next + from;
            _reply.AsSpan(FeetechFrame.DataAt, count).CopyTo(into[(servo * stride)..]);
            (errors[servo], received[servo]) = ((FeetechErrors)_reply[FeetechFrame.ErrorAt], true);
            next = NextMissing(received, servo + 1);
        }

        return received.Contains(false) ? Counted(BusStatus.Timeout) : BusStatus.Ok;
    }

    /// <summary>Writes registers of several servos; nobody confirms.</summary>
    public BusStatus SyncWrite(byte address, byte count, ReadOnlySpan<byte> ids, ReadOnlySpan<byte> data) =>
        bus.Send(_request.AsSpan(0, FeetechFrame.SyncWrite(_request, address, count, ids, data)));

    /// <summary>Counts an error that a servo reported of itself.</summary>
    public void CountDeviceError() => counters.Count(LinkErrorKind.DeviceError);

    /// <inheritdoc/>
    public void Dispose() => bus.Dispose();

    private static int NextMissing(ReadOnlySpan<bool> received, int from)
    {
        while (from < received.Length && received[from])
            from++;
        return from;
    }

    private BusStatus Exchange(int length, byte id, Span<byte> into, out FeetechErrors errors)
    {
        errors = FeetechErrors.None;
        var status = bus.Send(_request.AsSpan(0, length));
        if (status != BusStatus.Ok)
            return status;
        var deadline = bus.ReplyDeadline(length, into.Length + FeetechFrame.Overhead);
        while ((status = bus.Receive(_reply, deadline, out _)) == BusStatus.Ok)
        {
            if (_reply[FeetechFrame.IdAt] == id && _reply[FeetechFrame.LengthAt] == into.Length + 2)
            {
                _reply.AsSpan(FeetechFrame.DataAt, into.Length).CopyTo(into);
                errors = (FeetechErrors)_reply[FeetechFrame.ErrorAt];
                return BusStatus.Ok;
            }

            counters.Count(LinkErrorKind.Unexpected);
        }

        return Counted(status);
    }

    private BusStatus Counted(BusStatus status)
    {
        if (status == BusStatus.Timeout)
            counters.Count(LinkErrorKind.Timeout);
        return status;
    }
}
