using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>Content of a frame on the simulator's channel.</summary>
internal enum FrameKind : byte
{
    /// <summary>Client: the hash of what it takes the simulator for (UTF-8).</summary>
    Hello,

    /// <summary>Server: empty when the hash agrees, otherwise the reason why not (UTF-8).</summary>
    Welcome,

    /// <summary>Client: one double per channel, SI.</summary>
    Command,

    /// <summary>Client: rest at once.</summary>
    Stop,

    /// <summary>Client: number of the request, key.</summary>
    Reset,

    /// <summary>Server: number of the request, then the reason for a failure (UTF-8) or nothing.</summary>
    ResetDone,

    /// <summary>Client: its clock, ns.</summary>
    Ping,

    /// <summary>Server: the ping's number, its own clock, ns.</summary>
    Pong,

    /// <summary>Server: sequence, capture time, then positions, velocities and efforts.</summary>
    State,

    /// <summary>Server: the whole simulated state.</summary>
    Truth,

    /// <summary>Server: camera, sequence, capture time, then the image's bytes.</summary>
    Image,

    /// <summary>Server: the physics failed; a reset mends it.</summary>
    Fault,
}

/// <summary>Takes frames off a channel.</summary>
internal interface IFrameHandler
{
    /// <summary>Called once per frame, in order; the payload is valid during the call only.</summary>
    void OnFrame(FrameKind kind, ReadOnlySequence<byte> payload);
}

/// <summary>
/// The simulator's channel: frames of a length (4 bytes), a kind (1 byte) and a payload in the machine's byte order, for both
/// ends run on one machine.
/// </summary>
internal static class Frames
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderSize = 5;

    private const int ReceiveSize = 65536;

    /// <summary>Largest payload: an image of 4096 × 4096 and its header.</summary>
    private const int MaximumPayload = (4096 * 4096 * 3) + 64;

    /// <summary>Writes a frame's header.</summary>
    public static void WriteHeader(Span<byte> into, FrameKind kind, int payload)
    {
        BinaryPrimitives.WriteInt32LittleEndian(into, payload);
        into[4] = (byte)kind;
    }

    /// <summary>Appends a frame of numbers and bytes to a pipe, without sending it.</summary>
    /// <returns>Bytes appended.</returns>
    public static int Append(PipeWriter writer, FrameKind kind, ReadOnlySpan<long> numbers, ReadOnlySpan<byte> bytes)
    {
        var head = MemoryMarshal.AsBytes(numbers);
        var size = HeaderSize + head.Length + bytes.Length;
        var into = writer.GetSpan(size);
        WriteHeader(into, kind, head.Length + bytes.Length);
        head.CopyTo(into[HeaderSize..]);
        bytes.CopyTo(into[(HeaderSize + head.Length)..]);
        writer.Advance(size);
        return size;
    }

    /// <summary>
    /// Hands over frames until the other end closes or the token ends it. The pipe keeps what is not yet whole; one task fills
    /// and empties it, which spares a frame the way from one task to another.
    /// </summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="IOException">Something else than frames arrived.</exception>
    public static async Task ReceiveAllAsync(Socket socket, IFrameHandler handler, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false));
        while (true)
        {
            var count = await socket.ReceiveAsync(pipe.Writer.GetMemory(ReceiveSize), SocketFlags.None, cancellationToken);
            if (count == 0)
                return;
            pipe.Writer.Advance(count);
            await pipe.Writer.FlushAsync(cancellationToken);
            var buffer = (await pipe.Reader.ReadAsync(cancellationToken)).Buffer;
            while (TryTake(ref buffer, out var kind, out var payload))
                handler.OnFrame(kind, payload);
            pipe.Reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>The number at a place in a payload of numbers.</summary>
    public static long NumberAt(ReadOnlySequence<byte> payload, int index)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        payload.Slice(index * sizeof(long), sizeof(long)).CopyTo(bytes);
        return BitConverter.ToInt64(bytes);
    }

    /// <summary>The text after so many numbers.</summary>
    public static string TextAfter(ReadOnlySequence<byte> payload, int numbers) =>
        Encoding.UTF8.GetString(payload.Slice(numbers * sizeof(long)));

    private static bool TryTake(ref ReadOnlySequence<byte> buffer, out FrameKind kind, out ReadOnlySequence<byte> payload)
    {
        (kind, payload) = (default, default);
        if (buffer.Length < HeaderSize)
            return false;
        Span<byte> header = stackalloc byte[HeaderSize];
        buffer.Slice(0, HeaderSize).CopyTo(header);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < 0 or > MaximumPayload)
            throw new IOException("Something that is no simulator speaks on the simulator's channel.");
        if (buffer.Length < HeaderSize + length)
            return false;
        kind = (FrameKind)header[4];
        payload = buffer.Slice(HeaderSize, length);
        buffer = buffer.Slice(HeaderSize + length);
        return true;
    }
}
