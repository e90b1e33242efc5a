using Robotics.Core.Links;
using Robotics.Drivers.Serial;

namespace Robotics.Drivers.Servos;

/// <summary>
/// What the protocols of servo buses have in common: requests to one servo, and one request that several answer in turn. Derived
/// classes know the frames. Does not allocate or throw. Not thread-safe.
/// </summary>
internal abstract class ServoBus(SerialBus bus, DriverCounters counters, int maximumLength) : IServoBus
{
    private readonly byte[] _reply = new byte[maximumLength];

    /// <inheritdoc/>
    public SerialBus Serial => bus;

    /// <inheritdoc/>
    public abstract int ReadOverhead { get; }

    /// <summary>Bytes of a reply beyond the registers.</summary>
    protected abstract int ReplyOverhead { get; }

    /// <summary>The request under construction.</summary>
    protected byte[] Request { get; } = new byte[maximumLength];

    /// <inheritdoc/>
    public BusStatus FindEcho(SerialEcho echo) => bus.FindEcho(echo, Request.AsSpan(0, BuildSyncWrite(0, 2, [], [])));

    /// <inheritdoc/>
    public abstract BusStatus Ping(byte id);

    /// <inheritdoc/>
    public bool AnotherAnswers(byte id)
    {
        var deadline = bus.ReplyDeadline(0, ReplyOverhead);
        return bus.Receive(_reply, deadline, out var length) == BusStatus.Ok && Parse(_reply.AsSpan(0, length)).Id == id;
    }

    /// <inheritdoc/>
    public BusStatus Read(byte id, int address, Span<byte> into, out int errors) =>
        Exchange(BuildRead(id, address, into.Length), id, into.Length, into, out errors);

    /// <inheritdoc/>
    public BusStatus Write(byte id, int address, ReadOnlySpan<byte> data) => Exchange(BuildWrite(id, address, data), id, 0, [], out _);

    /// <inheritdoc/>
    public BusStatus SyncRead(
        int address, int count, ReadOnlySpan<byte> ids, Span<byte> into, int stride, Span<int> errors, Span<bool> received)
    {
        var length = BuildSyncRead(address, count, ids, received);
        var status = bus.Send(Request.AsSpan(0, length));
        if (status != BusStatus.Ok)
            return status;
        var deadline = bus.ReplyDeadline(length, received.Count(false) * (count + ReplyOverhead));
        var next = NextMissing(received, 0);
        while (next < ids.Length)
        {
            status = bus.Receive(_reply, deadline, out var replyLength);
            if (status != BusStatus.Ok)
                return Counted(status);
            var reply = Parse(_reply.AsSpan(0, replyLength));
            var from = ids[next..].IndexOf(reply.Id);
            if (from < 0 || received[next + from] || reply.DataLength != count)
            {
                counters.Count(LinkErrorKind.Unexpected);
                continue;
            }

            // Servos answer in order: those passed over will not answer any more.
            var servo = next + from;
            _reply.AsSpan(reply.DataAt, count).CopyTo(into[(servo * stride)..]);
            (errors[servo], received[servo]) = (reply.Errors, true);
            next = NextMissing(received, servo + 1);
        }

        return received.Contains(false) ? Counted(BusStatus.Timeout) : BusStatus.Ok;
    }

    /// <inheritdoc/>
    public BusStatus SyncWrite(int address, int count, ReadOnlySpan<byte> ids, ReadOnlySpan<byte> data) =>
        bus.Send(Request.AsSpan(0, BuildSyncWrite(address, count, ids, data)));

    /// <inheritdoc/>
    public void CountDeviceError() => counters.Count(LinkErrorKind.DeviceError);

    /// <inheritdoc/>
    public void Dispose() => bus.Dispose();

    /// <summary>Writes a reading of one servo into <see cref="Request"/> and returns its length.</summary>
    protected abstract int BuildRead(byte id, int address, int count);

    /// <summary>Writes a writing to one servo into <see cref="Request"/> and returns its length.</summary>
    protected abstract int BuildWrite(byte id, int address, ReadOnlySpan<byte> data);

    /// <summary>Writes a reading of the servos not yet received into <see cref="Request"/> and returns its length.</summary>
    protected abstract int BuildSyncRead(int address, int count, ReadOnlySpan<byte> ids, ReadOnlySpan<bool> received);

    /// <summary>Writes a writing to several servos into <see cref="Request"/> and returns its length.</summary>
    protected abstract int BuildSyncWrite(int address, int count, ReadOnlySpan<byte> ids, ReadOnlySpan<byte> data);

    /// <summary>Takes a valid reply apart.</summary>
    protected abstract ServoReply Parse(ReadOnlySpan<byte> frame);

    /// <summary>Sends the request and takes the reply of its servo.</summary>
    /// <param name="length">Length of the request, bytes.</param>
    /// <param name="id">The servo.</param>
    /// <param name="count">Data of the reply, bytes.</param>
    /// <param name="into">Receives the data; empty to drop it.</param>
    /// <param name="errors">Error bits of the reply.</param>
    protected BusStatus Exchange(int length, byte id, int count, Span<byte> into, out int errors)
    {
        errors = 0;
        var status = bus.Send(Request.AsSpan(0, length));
        if (status != BusStatus.Ok)
            return status;
        var deadline = bus.ReplyDeadline(length, count + ReplyOverhead);
        while ((status = bus.Receive(_reply, deadline, out var replyLength)) == BusStatus.Ok)
        {
            var reply = Parse(_reply.AsSpan(0, replyLength));
            if (reply.Id == id && reply.DataLength == count)
            {
                _reply.AsSpan(reply.DataAt, into.Length).CopyTo(into);
                errors = reply.Errors;
                return BusStatus.Ok;
            }

            counters.Count(LinkErrorKind.Unexpected);
        }

        return Counted(status);
    }

    private static int NextMissing(ReadOnlySpan<bool> received, int from)
    {
        while (from < received.Length && received[from])
            from++;
        return from;
    }

    private BusStatus Counted(BusStatus status)
    {
        if (status == BusStatus.Timeout)
            counters.Count(LinkErrorKind.Timeout);
        return status;
    }
}

/// <summary>A reply taken apart.</summary>
/// <param name="Id">Its servo.</param>
/// <param name="Errors">Its error bits.</param>
/// <param name="DataAt">Offset of its data, bytes.</param>
/// <param name="DataLength">Its data, bytes.</param>
internal readonly record struct ServoReply(byte Id, int Errors, int DataAt, int DataLength);
