using System.Formats.Cbor;
using Robotics.Drivers.Rosbridge.Messages;

namespace Robotics.Drivers.Rosbridge.Protocol;

/// <summary>A publication in CBOR; its parts point into the bytes that were read.</summary>
/// <param name="Topic">Topic, UTF-8.</param>
/// <param name="Message">The message.</param>
internal readonly record struct RosCborFrame(ReadOnlyMemory<byte> Topic, RosMessage Message)
{
    /// <summary>Reads a binary frame; null when it is no publication. Never throws, whatever the bytes are.</summary>
    public static RosCborFrame? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new CborReader(bytes, CborConformanceMode.Lax);
            ReadOnlyMemory<byte> topic = default, message = default;
            var isPublish = false;
            reader.ReadStartMap();
            while (reader.PeekState() != CborReaderState.EndMap)
            {
                var key = reader.ReadDefiniteLengthTextStringBytes().Span;
                if (key.SequenceEqual("op"u8))
                    isPublish = reader.ReadDefiniteLengthTextStringBytes().Span.SequenceEqual("publish"u8);
                else if (key.SequenceEqual("topic"u8))
                    topic = reader.ReadDefiniteLengthTextStringBytes();
                else if (key.SequenceEqual("msg"u8))
                    message = reader.ReadEncodedValue();
                else
                    reader.SkipValue();
            }

            return isPublish && !message.IsEmpty ? new RosCborFrame(topic, Unwrap(message)) : null;
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>The CDR in {secs, nsecs, bytes}: no message of ROS that this driver reads has these fields.</summary>
    private static RosMessage Unwrap(ReadOnlyMemory<byte> message)
    {
        var reader = new CborReader(message, CborConformanceMode.Lax);
        ReadOnlyMemory<byte>? cdr = null;
        var isRaw = reader.ReadStartMap() == 3;
        while (isRaw && reader.PeekState() != CborReaderState.EndMap)
        {
            var key = reader.ReadDefiniteLengthTextStringBytes().Span;
            if (key.SequenceEqual("bytes"u8) && reader.PeekState() == CborReaderState.ByteString)
                cdr = reader.ReadDefiniteLengthByteString();
            else if (key.SequenceEqual("secs"u8) || key.SequenceEqual("nsecs"u8))
                reader.SkipValue();
            else
                isRaw = false;
        }

        return isRaw && cdr is { } bytes ? new RosMessage(RosEncoding.Cdr, bytes) : new RosMessage(RosEncoding.Cbor, message);
    }
}
