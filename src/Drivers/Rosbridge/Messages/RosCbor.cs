using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Text;

namespace Robotics.Drivers.Rosbridge.Messages;

/// <summary>Reads messages from CBOR with the typed arrays of RFC 8746. Keys of other types are skipped.</summary>
internal static class RosCbor
{
    private const int SingleArrayTag = 85;
    private const int DoubleArrayTag = 86;

    /// <summary>Reads a sensor_msgs/JointState.</summary>
    public static void Read(ReadOnlyMemory<byte> cbor, JointStateMessage into)
    {
        var reader = new CborReader(cbor, CborConformanceMode.Lax);
        var hasNames = false;
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            var key = reader.ReadDefiniteLengthTextStringBytes().Span;
            if (key.SequenceEqual("header"u8))
                into.StampNanoseconds = ReadHeader(reader);
            else if (key.SequenceEqual("name"u8))
                (hasNames, _) = (true, ReadNames(reader, into));
            else if (key.SequenceEqual("position"u8))
                ReadNumbers(reader, into.Positions);
            else if (key.SequenceEqual("velocity"u8))
                ReadNumbers(reader, into.Velocities);
            else if (key.SequenceEqual("effort"u8))
                ReadNumbers(reader, into.Efforts);
            else
                reader.SkipValue();
        }

        if (!hasNames)
            throw new RosFormatException("the field 'name' is missing");
    }

    /// <summary>Reads a sensor_msgs/Image or a sensor_msgs/CompressedImage.</summary>
    public static void Read(ReadOnlyMemory<byte> cbor, ImageMessage into)
    {
        var reader = new CborReader(cbor, CborConformanceMode.Lax);
        var hasData = false;
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            var key = reader.ReadDefiniteLengthTextStringBytes().Span;
            if (key.SequenceEqual("header"u8))
                into.StampNanoseconds = ReadHeader(reader);
            else if (key.SequenceEqual("height"u8))
                into.Height = reader.ReadInt64();
            else if (key.SequenceEqual("width"u8))
                into.Width = reader.ReadInt64();
            else if (key.SequenceEqual("step"u8))
                into.Step = reader.ReadInt64();
            else if (key.SequenceEqual("encoding"u8) || key.SequenceEqual("format"u8))
                into.Encoding = Encoding.UTF8.GetString(reader.ReadDefiniteLengthTextStringBytes().Span);
            else if (key.SequenceEqual("data"u8))
                (hasData, _) = (true, ReadBytes(reader, into));
            else
                reader.SkipValue();
        }

        if (!hasData)
            throw new RosFormatException("the field 'data' is missing");
    }

    private static long ReadHeader(CborReader reader)
    {
        var stamp = 0L;
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            if (reader.ReadDefiniteLengthTextStringBytes().Span.SequenceEqual("stamp"u8))
                stamp = ReadTime(reader);
            else
                reader.SkipValue();
        }

        reader.ReadEndMap();
        return stamp;
    }

    private static long ReadTime(CborReader reader)
    {
        var nanoseconds = 0L;
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            var key = reader.ReadDefiniteLengthTextStringBytes().Span;
            if (key.SequenceEqual("sec"u8) || key.SequenceEqual("secs"u8))
                nanoseconds = checked(nanoseconds + (reader.ReadInt64() * 1_000_000_000L));
            else if (key.SequenceEqual("nanosec"u8) || key.SequenceEqual("nsecs"u8))
                nanoseconds = checked(nanoseconds + reader.ReadInt64());
            else
                reader.SkipValue();
        }

        reader.ReadEndMap();
        return nanoseconds;
    }

    private static int ReadNames(CborReader reader, JointStateMessage into)
    {
        reader.ReadStartArray();
        while (reader.PeekState() != CborReaderState.EndArray)
            into.AddName(reader.ReadDefiniteLengthTextStringBytes().Span);
        reader.ReadEndArray();
        return into.NameCount;
    }

    private static void ReadNumbers(CborReader reader, RosNumbers into)
    {
        if (reader.PeekState() == CborReaderState.Tag)
        {
            ReadTyped((int)reader.ReadTag(), reader.ReadDefiniteLengthByteString().Span, into);
            return;
        }

        reader.ReadStartArray();
        while (reader.PeekState() != CborReaderState.EndArray)
        {
            into.Add(reader.PeekState() switch
            {
                CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger => reader.ReadInt64(),
                CborReaderState.Null => ReadNull(reader),
                _ => reader.ReadDouble(),
            });
        }

        reader.ReadEndArray();
    }

    private static void ReadTyped(int tag, ReadOnlySpan<byte> bytes, RosNumbers into)
    {
        var size = tag switch
        {
            DoubleArrayTag => sizeof(double),
            SingleArrayTag => sizeof(float),
            _ => throw new RosFormatException($"a list of numbers has the tag {tag}"),
        };
        if (bytes.Length % size != 0)
            throw new RosFormatException("a typed array ends within a number");
        for (; bytes.Length > 0; bytes = bytes[size..])
        {
            into.Add(size == sizeof(double)
                ? BinaryPrimitives.ReadDoubleLittleEndian(bytes)
                : BinaryPrimitives.ReadSingleLittleEndian(bytes));
        }
    }

    private static double ReadNull(CborReader reader)
    {
        reader.ReadNull();
        return double.NaN;
    }

    private static int ReadBytes(CborReader reader, ImageMessage into)
    {
        var bytes = reader.ReadDefiniteLengthByteString().Span;
        var data = into.Reserve(bytes.Length);
        if (data.Length == bytes.Length)
            bytes.CopyTo(data);
        return bytes.Length;
    }
}
