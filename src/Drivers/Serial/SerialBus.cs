using System.Buffers;
using System.IO.Pipelines;
using Robotics.Core.Links;
using Robotics.Core.Time;

namespace Robotics.Drivers.Serial;

/// <summary>Outcome of sending or receiving on a bus.</summary>
internal enum BusStatus
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>No reply in time.</summary>
    Timeout,

    /// <summary>The reply was corrupt or answered something else.</summary>
    Corrupt,

    /// <summary>The port is gone.</summary>
    Broken,
}

/// <summary>
/// Requests and replies on a half-duplex bus. Input is drained before a request is sent, so that a late reply answers nothing else;
/// the echo of an adapter is discarded by count and comparison; frames are cut out of a pipe that this thread fills and empties
/// itself. Does not allocate in steady state; does not throw. Not thread-safe.
/// </summary>
internal sealed class SerialBus : IDisposable
{
    private const int ChunkLength = 512;
    private static readonly TimeSpan EchoSearch = TimeSpan.FromMilliseconds(30);
    private readonly SerialPort _port;
    private readonly IFrameParser _parser;
    private readonly TimeSpan _replyTimeout;
    private readonly IClock _clock;
    private readonly DriverCounters _counters;
    private readonly byte[] _chunk = new byte[ChunkLength];
    private readonly Pipe _pipe = new(new PipeOptions(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0,
        useSynchronizationContext: false));

    /// <summary>Creates the bus on an open port, which it owns.</summary>
    /// <param name="port">The port.</param>
    /// <param name="parser">The protocol's parser.</param>
    /// <param name="replyTimeout">Time that a reply may take beyond the bytes' own time on the wire.</param>
    /// <param name="clock">Clock of deadlines.</param>
    /// <param name="counters">Counters of errors.</param>
    public SerialBus(SerialPort port, IFrameParser parser, TimeSpan replyTimeout, IClock clock, DriverCounters counters) =>
        (_port, _parser, _replyTimeout, _clock, _counters) = (port, parser, replyTimeout, clock, counters);

    /// <summary>The port.</summary>
    public SerialPort Port => _port;

    /// <summary>True when what is sent comes back.</summary>
    public bool HasEcho { get; private set; }

    /// <summary>Finds out whether what is sent comes back.</summary>
    /// <param name="echo">Echo setting of the options.</param>
    /// <param name="unanswered">A frame that no device answers and that changes nothing.</param>
    public BusStatus FindEcho(SerialEcho echo, ReadOnlySpan<byte> unanswered)
    {
        HasEcho = echo == SerialEcho.On;
        if (echo != SerialEcho.Auto)
            return BusStatus.Ok;
        if (Send(unanswered) == BusStatus.Broken)
            return BusStatus.Broken;
        var deadline = _clock.Now + EchoSearch + _port.WireTime(unanswered.Length);
        HasEcho = TakeEcho(unanswered, deadline) == BusStatus.Ok;
        return BusStatus.Ok;
    }

    /// <summary>Deadline of a reply of a number of bytes to a request sent now.</summary>
    public MonotonicTime ReplyDeadline(int requestLength, int replyLength) =>
        _clock.Now + _port.WireTime(requestLength + replyLength) + _replyTimeout;

    /// <summary>Drains input, sends a frame, and discards its echo.</summary>
    public BusStatus Send(ReadOnlySpan<byte> frame)
    {
        if (!Drain(_clock.Now))
            return BusStatus.Broken;
        var deadline = _clock.Now + _port.WireTime(frame.Length) + _replyTimeout;
        if (!_port.Write(frame, deadline))
            return BusStatus.Broken;
        return HasEcho ? TakeEcho(frame, deadline) : BusStatus.Ok;
    }

    /// <summary>Takes the next valid frame. A timeout is the caller's to count: it may be what was expected.</summary>
    /// <param name="frame">Receives it; at least as long as the parser's longest.</param>
    /// <param name="deadline">Gives up then.</param>
    /// <param name="length">Length of the frame, bytes.</param>
    public BusStatus Receive(Span<byte> frame, MonotonicTime deadline, out int length)
    {
        while (true)
        {
            if (TryTake(frame, out length))
                return BusStatus.Ok;
            var count = _port.Read(_chunk, deadline);
            if (count <= 0)
                return count < 0 ? BusStatus.Broken : BusStatus.Timeout;
            Feed(_chunk.AsSpan(0, count));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _port.Dispose();

    private void Feed(ReadOnlySpan<byte> bytes)
    {
        _pipe.Writer.Write(bytes);

#pragma warning disable CA2012 // without a threshold and with one thread the flush is done when it returns
        _ = _pipe.Writer.FlushAsync();
#pragma warning restore CA2012
    }

    private bool TryTake(Span<byte> frame, out int length)
    {
        length = 0;
        if (!_pipe.Reader.TryRead(out var result))
            return false;
        var reader = new SequenceReader<byte>(result.Buffer);
        FrameStatus status;
        while ((status = _parser.Next(ref reader, frame, out length)) == FrameStatus.Corrupt)
            _counters.Count(LinkErrorKind.Corrupt);
        _pipe.Reader.AdvanceTo(reader.Position, status == FrameStatus.Frame ? reader.Position : result.Buffer.End);
        return status == FrameStatus.Frame;
    }

    /// <summary>Discards what has arrived; false when the port is gone.</summary>
    private bool Drain(MonotonicTime deadline)
    {
        var dropped = 0;

        // A cancelled read hands out the beginning of a frame too, which was examined already.
        _pipe.Reader.CancelPendingRead();
        if (_pipe.Reader.TryRead(out var result))
        {
            dropped = (int)result.Buffer.Length;
            _pipe.Reader.AdvanceTo(result.Buffer.End);
        }

        int count;
        while ((count = _port.Read(_chunk, deadline)) > 0)
            dropped += count;
        if (dropped > 0)
            _counters.Count(LinkErrorKind.Unexpected);
        return count == 0;
    }

    /// <summary>Discards exactly the bytes that were sent; what follows them goes to the parser.</summary>
    private BusStatus TakeEcho(ReadOnlySpan<byte> sent, MonotonicTime deadline)
    {
        var taken = 0;
        while (taken < sent.Length)
        {
            var count = _port.Read(_chunk, deadline);
            if (count <= 0)
                return count < 0 ? BusStatus.Broken : BusStatus.Timeout;
            var echoed = Math.Min(count, sent.Length - taken);
            if (!_chunk.AsSpan(0, echoed).SequenceEqual(sent.Slice(taken, echoed)))
            {
                // Not the echo. An echo that is out of step would parse as a reply, so wait until the line is silent.
                _counters.Count(LinkErrorKind.Corrupt);
                return Drain(deadline) ? BusStatus.Corrupt : BusStatus.Broken;
            }

            taken += echoed;
            if (echoed < count)
                Feed(_chunk.AsSpan(echoed, count - echoed));
        }

        return BusStatus.Ok;
    }
}
