using System.Buffers.Binary;

namespace Robotics.Drivers.Mqtt;

/// <summary>
/// Packed little-endian messages; <c>docs/drivers/mqtt.md</c> has the layout. State: u8 version 1, u8 joints, u16 flags, u32 sequence,
/// i64 stamp (ns), positions, velocities and efforts as the flags say. Command: u8 version 1, u8 channels, u16 flags, u32 sequence, i64
/// stamp (ns), u32 validity (ms), values.
/// </summary>
internal sealed class BinaryMqttCodec(int channels, MqttNumberFormat numbers) : IMqttCodec
{
    private const byte Version = 1;
    private const int StateHeaderBytes = 16;
    private const int CommandHeaderBytes = 20;
    private const int EnabledFlag = 1;
    private const int EmergencyStopFlag = 2;
    private const int FaultFlag = 4;
    private const int VelocityFlag = 8;
    private const int EffortFlag = 16;
    private const int DoubleFlag = 32;
    private readonly byte[] _command = new byte[CommandHeaderBytes + (sizeof(double) * channels)];

    /// <inheritdoc/>
    public string? Read(ReadOnlySpan<byte> payload, MqttState into)
    {
        into.Clear();
        if (payload.Length < StateHeaderBytes)
            return $"it has {payload.Length} bytes, and a binary state at least {StateHeaderBytes}";
        if (payload[0] != Version)
            return payload[0] == '{' ? "it is JSON: set 'format: json'" : $"its version is {payload[0]}, and this driver reads " +
                $"version {Version}";
        var joints = into.Positions.Length;
        if (payload[1] != joints)
            return $"it has {payload[1]} joints, and the robot's file has {joints}";
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]);
        var size = (flags & DoubleFlag) != 0 ? sizeof(double) : sizeof(float);
        var arrays = 1 + ((flags & VelocityFlag) != 0 ? 1 : 0) + ((flags & EffortFlag) != 0 ? 1 : 0);
        var length = StateHeaderBytes + (arrays * joints * size);
        if (payload.Length != length)
            return $"it has {payload.Length} bytes, and its flags ask for {length}";
        into.Sequence = BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]);
        into.StampNanoseconds = BinaryPrimitives.ReadInt64LittleEndian(payload[8..]);
        into.IsEnabled = (flags & EnabledFlag) != 0;
        into.IsEmergencyStopped = (flags & EmergencyStopFlag) != 0;
        into.IsFaulted = (flags & FaultFlag) != 0;
        var rest = ReadNumbers(payload[StateHeaderBytes..], size, into.Positions);
        if ((flags & VelocityFlag) != 0)
            rest = ReadNumbers(rest, size, into.Velocities);
        if ((flags & EffortFlag) != 0)
            ReadNumbers(rest, size, into.Efforts);
        return null;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Write(in MqttCommandHeader header, ReadOnlySpan<double> values)
    {
        var isDouble = numbers == MqttNumberFormat.F64;
        _command[0] = Version;
        _command[1] = (byte)values.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(_command.AsSpan(2), (ushort)((int)header.Kind | (isDouble ? DoubleFlag : 0)));
        BinaryPrimitives.WriteUInt32LittleEndian(_command.AsSpan(4), header.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(_command.AsSpan(8), header.StampNanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(_command.AsSpan(16), (uint)header.ValidMilliseconds);
        var at = CommandHeaderBytes;
        foreach (var value in values)
        {
            if (isDouble)
                BinaryPrimitives.WriteDoubleLittleEndian(_command.AsSpan(at), value);
            else
                BinaryPrimitives.WriteSingleLittleEndian(_command.AsSpan(at), (float)value);
            at += isDouble ? sizeof(double) : sizeof(float);
        }

        return _command.AsMemory(0, at);
    }

    private static ReadOnlySpan<byte> ReadNumbers(ReadOnlySpan<byte> from, int size, double[] into)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = size == sizeof(double)
                ? BinaryPrimitives.ReadDoubleLittleEndian(from[(i * size)..])
                : BinaryPrimitives.ReadSingleLittleEndian(from[(i * size)..]);
        }

        return from[(into.Length * size)..];
    }
}
