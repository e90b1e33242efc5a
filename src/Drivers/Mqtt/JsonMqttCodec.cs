using System.Buffers;
using System.Text.Json;

namespace Robotics.Drivers.Mqtt;

/// <summary>
/// JSON messages; <c>docs/drivers/mqtt.md</c> has the keys. Unknown keys are skipped, <c>null</c> among velocities and efforts means not
/// reported.
/// </summary>
internal sealed class JsonMqttCodec : IMqttCodec, IDisposable
{
    private static readonly string[] Kinds = ["move", "stop", "enable", "release"];
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;

    /// <summary>Creates a codec with a buffer of its own.</summary>
    public JsonMqttCodec() => _writer = new Utf8JsonWriter(_buffer);

    /// <inheritdoc/>
    public string? Read(ReadOnlySpan<byte> payload, MqttState into)
    {
        into.Clear();
        if (payload.Length > 0 && payload[0] == 1)
            return "it is binary: set 'format: binary'";
        try
        {
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 8 });
            return ReadObject(ref reader, into);
        }
        catch (JsonException)
        {
            return "it is no JSON";
        }
        catch (InvalidOperationException)
        {
            return "a key holds text that is no UTF-8";
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Write(in MqttCommandHeader header, ReadOnlySpan<double> values)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartObject();
        _writer.WriteString("kind"u8, Kinds[(int)header.Kind]);
        _writer.WriteNumber("seq"u8, header.Sequence);
        _writer.WriteNumber("stamp_ns"u8, header.StampNanoseconds);
        _writer.WriteNumber("valid_ms"u8, header.ValidMilliseconds);
        if (values.Length > 0)
        {
            _writer.WriteStartArray("command"u8);
            foreach (var value in values)
                _writer.WriteNumberValue(value);
            _writer.WriteEndArray();
        }

        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.WrittenMemory;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static string? ReadObject(ref Utf8JsonReader reader, MqttState into)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return "it is no JSON object";
        var (hasSequence, hasStamp, hasPositions) = (false, false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? problem = null;
            if (reader.ValueTextEquals("seq"u8))
                (hasSequence, problem) = (true, ReadSequence(ref reader, into));
            else if (reader.ValueTextEquals("stamp_ns"u8))
                (hasStamp, problem) = (true, ReadStamp(ref reader, into));
            else if (reader.ValueTextEquals("position"u8))
                (hasPositions, problem) = (true, ReadNumbers(ref reader, "position", into.Positions, mayBeEmpty: false));
            else if (reader.ValueTextEquals("velocity"u8))
                problem = ReadNumbers(ref reader, "velocity", into.Velocities, mayBeEmpty: true);
            else if (reader.ValueTextEquals("effort"u8))
                problem = ReadNumbers(ref reader, "effort", into.Efforts, mayBeEmpty: true);
            else if (reader.ValueTextEquals("enabled"u8))
                into.IsEnabled = ReadFlag(ref reader);
            else if (reader.ValueTextEquals("estop"u8))
                into.IsEmergencyStopped = ReadFlag(ref reader);
            else if (reader.ValueTextEquals("fault"u8))
                into.IsFaulted = ReadFlag(ref reader);
            else
                reader.Skip();
            if (problem is not null)
                return problem;
        }

        if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
            return "it is no JSON object";
        return !hasSequence ? "the key 'seq' is missing"
            : !hasStamp ? "the key 'stamp_ns' is missing"
            : !hasPositions ? "the key 'position' is missing" : null;
    }

    private static string? ReadSequence(ref Utf8JsonReader reader, MqttState into)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt32(out var sequence))
            return "'seq' must be a whole number from 0 to 4294967295";
        into.Sequence = sequence;
        return null;
    }

    private static string? ReadStamp(ref Utf8JsonReader reader, MqttState into)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var stamp))
            return "'stamp_ns' must be a whole number of nanoseconds";
        into.StampNanoseconds = stamp;
        return null;
    }

    private static string? ReadNumbers(ref Utf8JsonReader reader, string key, double[] into, bool mayBeEmpty)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return $"'{key}' must be a list of numbers";
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var value = double.NaN;
            if (reader.TokenType != JsonTokenType.Null && (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out value)))
                return $"'{key}' must be a list of numbers";
            if (count < into.Length)
                into[count] = value;
            count++;
        }

        return count == into.Length || (mayBeEmpty && count == 0)
            ? null
            : $"'{key}' has {count} numbers, and the robot's file has {into.Length} joints";
    }

    private static bool ReadFlag(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            reader.Skip();
        return reader.TokenType == JsonTokenType.True;
    }
}
