using System.Buffers;
using System.Buffers.Binary;
using Robotics.Drivers.Serial;

namespace Robotics.Drivers.Dynamixel;

/// <summary>
/// Cuts status frames out of a stream of bytes, as <see cref="IFrameParser"/> asks, and removes their stuffed bytes. Instructions, which an
/// adapter may return, are no status and are passed over.
/// </summary>
internal sealed class DynamixelFrameParser : IFrameParser
{
    private const int MinimumCount = 4;

    /// <inheritdoc/>
    public int MaximumLength => DynamixelFrame.MaximumLength;

    /// <inheritdoc/>
    public FrameStatus Next(ref SequenceReader<byte> reader, Span<byte> frame, out int length)
    {
        length = 0;
        var dropped = false;
        while (reader.Remaining > 0)
        {
            if (!IsHeader(ref reader, out var total))
            {
                reader.Advance(1);
                dropped = true;
                continue;
            }

            if (dropped)
                return FrameStatus.Corrupt;
            if (total == 0 || reader.Remaining < total)
                return FrameStatus.Incomplete;
            _ = reader.TryCopyTo(frame[..total]);
            if (DynamixelFrame.Crc(frame[..(total - 2)]) != BinaryPrimitives.ReadUInt16LittleEndian(frame[(total - 2)..]))
            {
                reader.Advance(1);
                return FrameStatus.Corrupt;
            }

            reader.Advance(total);
            length = DynamixelFrame.Unstuff(frame[..total]);
            if (length >= DynamixelFrame.StatusOverhead)
                return FrameStatus.Frame;
            return FrameStatus.Corrupt;
        }

        return dropped ? FrameStatus.Corrupt : FrameStatus.Incomplete;
    }

    /// <summary>True when a frame may begin here; its total length, or 0 when too few bytes are there to tell.</summary>
    private static bool IsHeader(ref SequenceReader<byte> reader, out int total)
    {
        total = 0;
        var low = 0;
        for (var i = 0; i <= DynamixelFrame.InstructionAt; i++)
        {
            if (!reader.TryPeek(i, out var value))
                return true;
            var fits = i switch
            {
                0 or 1 => value == 0xFF,
                2 => value == 0xFD,
                3 => value == 0,
                DynamixelFrame.IdAt => value <= DynamixelFrame.MaximumId,
                DynamixelFrame.InstructionAt => value == (byte)DynamixelInstruction.Status,
                _ => true,
            };
            if (!fits)
                return false;
            if (i == DynamixelFrame.LengthAt)
                low = value;
            if (i != DynamixelFrame.LengthAt + 1)
                continue;
            var count = low | (value << 8);
            if (count is < MinimumCount or > DynamixelFrame.MaximumLength - DynamixelFrame.InstructionAt)
                return false;
            total = count + DynamixelFrame.InstructionAt;
        }

        return true;
    }
}
