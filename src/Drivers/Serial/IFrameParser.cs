using System.Buffers;

namespace Robotics.Drivers.Serial;

/// <summary>Result of parsing the bytes.</summary>
internal enum FrameStatus
{
    /// <summary>More bytes are needed; the reader stands where the next frame may begin.</summary>
    Incomplete,

    /// <summary>A whole frame was copied; the reader stands behind it.</summary>
    Frame,

    /// <summary>Bytes that begin no valid frame were passed over, at least one; parsing can go on.</summary>
    Corrupt,
}

/// <summary>
/// Cuts frames out of a stream of bytes. Implementations accept any bytes without an exception, resynchronise by dropping one byte at
/// a time, and never ask for more than a longest frame. They do not allocate.
/// </summary>
internal interface IFrameParser
{
    /// <summary>Length of the longest frame, bytes.</summary>
    int MaximumLength { get; }

    /// <summary>Takes the next frame.</summary>
    /// <param name="reader">The bytes; moved over what was taken or dropped.</param>
    /// <param name="frame">Receives the frame; at least <see cref="MaximumLength"/> long.</param>
    /// <param name="length">Length of the frame, bytes.</param>
    FrameStatus Next(ref SequenceReader<byte> reader, Span<byte> frame, out int length);
}
