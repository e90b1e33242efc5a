using System.Buffers;
using Robotics.Drivers.Serial;

namespace Robotics.Drivers.Feetech;

/// <summary>Cuts status frames out of a stream of bytes, as <see cref="IFrameParser"/> asks.</summary>
internal sealed class FeetechFrameParser : IFrameParser
{
    private const int MinimumCount = 2;
    private const byte MaximumError = 0x7F;

    /// <inheritdoc/>
    public int MaximumLength => FeetechFrame.MaximumLength;

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
            if (FeetechFrame.Checksum(frame[FeetechFrame.IdAt..(total - 1)]) != frame[total - 1])
            {
                reader.Advance(1);
                return FrameStatus.Corrupt;
            }

            reader.Advance(total);
            length = total;
            return FrameStatus.Frame;
        }

        return dropped ? FrameStatus.Corrupt : FrameStatus.Incomplete;
    }

    /// <summary>True when a frame may begin here; its total length, or 0 when too few bytes are there to tell.</summary>
    private static bool IsHeader(ref SequenceReader<byte> reader, out int total)
    {
        total = 0;
        for (var i = 0; i <= FeetechFrame.ErrorAt; i++)
        {
            if (!reader.TryPeek(i, out var value))
                return true;
            var fits = i switch
            {
                FeetechFrame.IdAt => value <= FeetechFrame.MaximumId,
                FeetechFrame.LengthAt => value is >= MinimumCount and <= FeetechFrame.MaximumParameters + 2,
                FeetechFrame.ErrorAt => value <= MaximumError,
                _ => value == 0xFF,
            };
            if (!fits)
                return false;
            if (i == FeetechFrame.LengthAt)
                total = value + 4;
        }

        return true;
    }
}
