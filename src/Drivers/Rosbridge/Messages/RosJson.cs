using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Robotics.Drivers.Rosbridge.Messages;

/// <summary>Reads messages from JSON without building a tree. Keys of other types are skipped.</summary>
internal static class RosJson
{
    private const int MaximumNameBytes = 256;

    /// <summary>Reads a sensor_msgs/JointState.</summary>
    public static void Read(ReadOnlySpan<byte> json, JointStateMessage into)
    {
        var reader = Open(json);
        var hasNames = false;
        while (NextKey(ref reader))
        {
            if (reader.ValueTextEquals("header"u8))
                into.StampNanoseconds = ReadHeader(ref reader);
            else if (reader.ValueTextEquals("name"u8))
                (hasNames, _) = (true, ReadNames(ref reader, into));
            else if (reader.ValueTextEquals("position"u8))
                ReadNumbers(ref reader, into.Positions);
            else if (reader.ValueTextEquals("velocity"u8))
                ReadNumbers(ref reader, into.Velocities);
            else if (reader.ValueTextEquals("effort"u8))
                ReadNumbers(ref reader, into.Efforts);
            else
                reader.Skip();
        }

        if (!hasNames)
            throw new RosFormatException("the field 'name' is missing");
    }

    /// <summary>Reads a sensor_msgs/Image or a sensor_msgs/CompressedImage.</summary>
    public static void Read(ReadOnlySpan<byte> json, ImageMessage into)
    {
        var reader = Open(json);
        var hasData = false;
        while (NextKey(ref reader))
        {
            if (reader.ValueTextEquals("header"u8))
                into.StampNanoseconds = ReadHeader(ref reader);
            else if (reader.ValueTextEquals("height"u8))
                into.Height = ReadInteger(ref reader);
            else if (reader.ValueTextEquals("width"u8))
                into.Width = ReadInteger(ref reader);
            else if (reader.ValueTextEquals("step"u8))
                into.Step = ReadInteger(ref reader);
            else if (reader.ValueTextEquals("encoding"u8) || reader.ValueTextEquals("format"u8))
                into.Encoding = ReadText(ref reader);
            else if (reader.ValueTextEquals("data"u8))
                (hasData, _) = (true, ReadBytes(ref reader, into));
            else
                reader.Skip();
        }

        if (!hasData)
            throw new RosFormatException("the field 'data' is missing");
    }

    private static Utf8JsonReader Open(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 32 });
        reader.Read();
        Expect(reader.TokenType == JsonTokenType.StartObject, "it is no object");
        return reader;
    }

    private static bool NextKey(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    private static void Expect(bool condition, string otherwise)
    {
        if (!condition)
            throw new RosFormatException(otherwise);
    }

    private static long ReadHeader(ref Utf8JsonReader reader)
    {
        reader.Read();
        Expect(reader.TokenType == JsonTokenType.StartObject, "'header' is no object");
        var stamp = 0L;
        while (NextKey(ref reader))
        {
            if (reader.ValueTextEquals("stamp"u8))
                stamp = ReadTime(ref reader);
            else
                reader.Skip();
        }

        return stamp;
    }

    private static long ReadTime(ref Utf8JsonReader reader)
    {
        reader.Read();
        Expect(reader.TokenType == JsonTokenType.StartObject, "'stamp' is no object");
        var nanoseconds = 0L;
        while (NextKey(ref reader))
        {
            if (reader.ValueTextEquals("sec"u8) || reader.ValueTextEquals("secs"u8))
                nanoseconds = checked(nanoseconds + (ReadInteger(ref reader) * 1_000_000_000L));
            else if (reader.ValueTextEquals("nanosec"u8) || reader.ValueTextEquals("nsecs"u8))
                nanoseconds = checked(nanoseconds + ReadInteger(ref reader));
            else
                reader.Skip();
        }

        return nanoseconds;
    }

    private static long ReadInteger(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value)
            ? value
            : throw new RosFormatException("a field that is a whole number in its type is none");
    }

    private static string ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        Expect(
            reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= MaximumNameBytes,
            "a field that is short text in its type is none");
        return reader.GetString()!;
    }

    private static int ReadNames(ref Utf8JsonReader reader, JointStateMessage into)
    {
        reader.Read();
        Expect(reader.TokenType == JsonTokenType.StartArray, "'name' is no list");
        Span<byte> name = stackalloc byte[MaximumNameBytes];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(reader.TokenType == JsonTokenType.String, "'name' holds something else than text");
            into.AddName(reader.ValueSpan.Length <= MaximumNameBytes ? name[..reader.CopyString(name)] : []);
        }

        return into.NameCount;
    }

    private static void ReadNumbers(ref Utf8JsonReader reader, RosNumbers into)
    {
        reader.Read();
        Expect(reader.TokenType == JsonTokenType.StartArray, "a field that is a list in its type is none");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var value = double.NaN; // rosbridge writes null for NaN and the infinities
            Expect(
                reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out value)),
                "a list of numbers holds something else");
            into.Add(value);
        }
    }

    /// <summary>Data as base64 text, as rosbridge writes it, or as a list of numbers.</summary>
    private static int ReadBytes(ref Utf8JsonReader reader, ImageMessage into)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return ReadBase64(ref reader, into);
        Expect(reader.TokenType == JsonTokenType.StartArray, "'data' is neither base64 nor a list");
        var list = reader;
        var count = 0;
        while (list.Read() && list.TokenType != JsonTokenType.EndArray)
            count++;
        var data = into.Reserve(count);
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            Expect(reader.TokenType == JsonTokenType.Number && reader.TryGetByte(out _), "'data' holds something else than bytes");
            if (i < data.Length)
                data[i] = reader.GetByte();
        }

        return count;
    }

    private static int ReadBase64(ref Utf8JsonReader reader, ImageMessage into)
    {
        byte[]? unescaped = null;
        var text = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            unescaped = ArrayPool<byte>.Shared.Rent(text.Length);
            text = unescaped.AsSpan(0, reader.CopyString(unescaped));
        }

        var data = into.Reserve(Base64.GetMaxDecodedFromUtf8Length(text.Length));
        var written = 0;
        var status = into.Count < 0 ? OperationStatus.Done : Base64.DecodeFromUtf8(text, data, out _, out written);
        if (unescaped is not null)
            ArrayPool<byte>.Shared.Return(unescaped);
        Expect(status == OperationStatus.Done, "'data' is no base64");
        into.Resize(written);
        return written;
    }
}
