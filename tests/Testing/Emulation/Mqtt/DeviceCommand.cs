using System.Text.Json;
using Robotics.Core.Time;

namespace Robotics.Testing.Emulation.Mqtt;

/// <summary>A command as the emulated device read it, and what it did with it.</summary>
public sealed record DeviceCommand(string Kind, uint Sequence, long Stamp, long ValidMs, double[] Values)
{
    public MonotonicTime At { get; init; }

    /// <summary>obeyed, retained, old, expired or unreadable.</summary>
    public string Verdict { get; init; } = "obeyed";

    /// <summary>Reads a command; what is none has the kind "unreadable".</summary>
    public static DeviceCommand Read(byte[] payload, bool isBinary)
    {
        try
        {
            return isBinary ? FromBinary(payload) : FromJson(payload);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IOException)
        {
            return new DeviceCommand("unreadable", 0, 0, 0, []) { Verdict = "unreadable" };
        }
    }

    private static DeviceCommand FromJson(byte[] payload)
    {
        using var document = JsonDocument.Parse(payload);
        var root = document.RootElement;
        return new DeviceCommand(
            root.GetProperty("kind").GetString()!,
            root.GetProperty("seq").GetUInt32(),
            root.GetProperty("stamp_ns").GetInt64(),
            root.GetProperty("valid_ms").GetInt64(),
            root.TryGetProperty("command", out var values) ? [.. values.EnumerateArray().Select(v => v.GetDouble())] : []);
    }

    private static DeviceCommand FromBinary(byte[] payload)
    {
        using var reader = new BinaryReader(new MemoryStream(payload));
        if (reader.ReadByte() != 1)
            throw new IOException("version");
        var count = reader.ReadByte();
        var flags = reader.ReadUInt16();
        var (sequence, stamp, valid) = (reader.ReadUInt32(), reader.ReadInt64(), reader.ReadUInt32());
        var values = new double[count];
        for (var i = 0; i < count; i++)
            values[i] = (flags & 0x20) != 0 ? reader.ReadDouble() : reader.ReadSingle();
        var kind = (flags & 3) switch { 0 => "move", 1 => "stop", 2 => "enable", _ => "release" };
        return new DeviceCommand(kind, sequence, stamp, valid, values);
    }
}
