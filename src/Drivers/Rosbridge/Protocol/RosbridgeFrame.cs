using System.Buffers;
using System.Text.Json;

namespace Robotics.Drivers.Rosbridge.Protocol;

/// <summary>
/// A frame of the rosbridge protocol, taken apart; its parts point into the text that was read. Filled in place; not thread-safe.
/// </summary>
internal sealed class RosbridgeFrame
{
    /// <summary>Value of <c>op</c>; empty when it is missing.</summary>
    public string Op { get; private set; } = "";

    /// <summary>Value of <c>id</c>, a number as its digits; null when it is missing.</summary>
    public string? Id { get; private set; }

    /// <summary>Value of <c>topic</c>, <c>service</c> or <c>action</c>, UTF-8.</summary>
    public ReadOnlyMemory<byte> Name { get; private set; }

    /// <summary>Value of <c>msg</c>, <c>args</c>, <c>values</c> or <c>data</c>: JSON, quotation marks of text included.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>Value of <c>level</c>.</summary>
    public string Level { get; private set; } = "";

    /// <summary>Value of <c>result</c>.</summary>
    public bool Result { get; private set; }

    /// <summary>Value of <c>status</c>.</summary>
    public int Status { get; private set; }

    /// <summary>Value of <c>num</c>; −1 when it is missing.</summary>
    public int Number { get; private set; }

    /// <summary>Value of <c>total</c> without its fraction, which a server written in Python 3 adds; 0 when it is missing.</summary>
    public int Total { get; private set; }

    /// <summary>Reads a frame. Returns why it is none, or null; never throws, whatever the bytes are.</summary>
    public string? Read(ReadOnlyMemory<byte> json)
    {
        (Op, Id, Name, Payload, Level, Result, Status, Number, Total) = ("", null, default, default, "", false, 0, -1, 0);
        try
        {
            var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = 64 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return "it is no JSON object";
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                ReadProperty(ref reader, json);
            if (reader.Read())
                return "something follows the JSON object";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return "it is no JSON";
        }

        return Op.Length == 0 ? "the key 'op' is missing" : null;
    }

    private void ReadProperty(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        if (reader.ValueTextEquals("op"u8))
            Op = ReadText(ref reader) ?? "";
        else if (reader.ValueTextEquals("id"u8))
            Id = ReadText(ref reader);
        else if (reader.ValueTextEquals("topic"u8) || reader.ValueTextEquals("service"u8) || reader.ValueTextEquals("action"u8))
            Name = ReadName(ref reader, json);
        else if (reader.ValueTextEquals("msg"u8) || reader.ValueTextEquals("args"u8) || reader.ValueTextEquals("values"u8)
            || reader.ValueTextEquals("data"u8))
            Payload = ReadRaw(ref reader, json);
        else if (reader.ValueTextEquals("level"u8))
            Level = ReadText(ref reader) ?? "";
        else if (reader.ValueTextEquals("result"u8))
            Result = ReadRaw(ref reader, json).Span.SequenceEqual("true"u8);
        else if (reader.ValueTextEquals("status"u8))
            Status = ReadNumber(ref reader, 0);
        else if (reader.ValueTextEquals("num"u8))
            Number = ReadNumber(ref reader, -1);
        else if (reader.ValueTextEquals("total"u8))
            Total = ReadNumber(ref reader, 0);
        else
            reader.Skip();
    }

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.String when reader.ValueTextEquals("publish"u8):
                return "publish"; // the one that comes a thousand times a second
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number:
                return System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
            default:
                reader.Skip();
                return null;
        }
    }

    private static ReadOnlyMemory<byte> ReadName(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return default;
        }

        if (!reader.ValueIsEscaped)
            return json.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        var name = new byte[reader.ValueSpan.Length];
        return name.AsMemory(0, reader.CopyString(name));
    }

    private static ReadOnlyMemory<byte> ReadRaw(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    private static int ReadNumber(ref Utf8JsonReader reader, int otherwise)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && value is >= 0 and <= int.MaxValue)
            return (int)value;
        reader.Skip();
        return otherwise;
    }

    /// <summary>Writes a frame.</summary>
    /// <param name="op">Value of <c>op</c>.</param>
    /// <param name="write">Writes the other keys.</param>
    public static byte[] Write(string op, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("op", op);
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
