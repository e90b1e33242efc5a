using System.Buffers.Binary;

namespace Robotics.Drivers.Feetech;

/// <summary>Instruction of a frame.</summary>
internal enum FeetechInstruction : byte
{
    Ping = 0x01,
    Read = 0x02,
    Write = 0x03,
    RegisteredWrite = 0x04,
    Action = 0x05,
    Reboot = 0x08,
    ClearTurns = 0x0A,
    CalibratePosition = 0x0B,
    SyncRead = 0x82,
    SyncWrite = 0x83,
}

/// <summary>
/// Frames of Feetech's bus: FF FF id length instruction-or-error parameters checksum. Two swapped bytes have the same checksum. Does
/// not allocate; thread-safe.
/// </summary>
internal static class FeetechFrame
{
    public const byte Broadcast = 0xFE;
    public const byte MaximumId = 0xFD;
    public const int MaximumParameters = 248;
    public const int MaximumLength = MaximumParameters + Overhead;
    public const int Overhead = 6;
    public const int IdAt = 2;
    public const int LengthAt = 3;
    public const int ErrorAt = 4;
    public const int DataAt = 5;

    /// <summary>Complement of the sum of all bytes from the id to the last parameter.</summary>
    public static byte Checksum(ReadOnlySpan<byte> fromId)
    {
        var sum = 0;
        foreach (var value in fromId)
            sum += value;
        return (byte)~sum;
    }

    /// <summary>Writes a frame and returns its length in bytes.</summary>
    public static int Build(Span<byte> into, byte id, FeetechInstruction instruction, ReadOnlySpan<byte> parameters)
    {
        parameters.CopyTo(into[DataAt..]);
        return Seal(into, id, instruction, parameters.Length);
    }

    /// <summary>Writes a frame that reads registers of one servo.</summary>
    public static int Read(Span<byte> into, byte id, byte address, byte count)
    {
        (into[DataAt], into[DataAt + 1]) = (address, count);
        return Seal(into, id, FeetechInstruction.Read, 2);
    }

    /// <summary>Writes a frame that writes registers of one servo.</summary>
    public static int Write(Span<byte> into, byte id, byte address, ReadOnlySpan<byte> data)
    {
        into[DataAt] = address;
        data.CopyTo(into[(DataAt + 1)..]);
        return Seal(into, id, FeetechInstruction.Write, data.Length + 1);
    }

    /// <summary>Writes a frame that reads the same registers of the servos that have not answered yet.</summary>
    /// <param name="into">Receives the frame.</param>
    /// <param name="address">First register.</param>
    /// <param name="count">Registers of each servo.</param>
    /// <param name="ids">Servos.</param>
    /// <param name="received">[ids], servos to leave out; empty for none.</param>
    public static int SyncRead(Span<byte> into, byte address, byte count, ReadOnlySpan<byte> ids, ReadOnlySpan<bool> received)
    {
        (into[DataAt], into[DataAt + 1]) = (address, count);
        var length = 2;
        for (var i = 0; i < ids.Length; i++)
        {
            if (received.IsEmpty || !received[i])
                into[DataAt + length++] = ids[i];
        }

        return Seal(into, Broadcast, FeetechInstruction.SyncRead, length);
    }

    /// <summary>Writes a frame that writes registers of several servos.</summary>
    /// <param name="into">Receives the frame.</param>
    /// <param name="address">First register.</param>
    /// <param name="count">Registers of each servo.</param>
    /// <param name="ids">Servos.</param>
    /// <param name="data">[ids, count], servo by servo.</param>
    public static int SyncWrite(Span<byte> into, byte address, byte count, ReadOnlySpan<byte> ids, ReadOnlySpan<byte> data)
    {
        (into[DataAt], into[DataAt + 1]) = (address, count);
        var length = 2;
        for (var i = 0; i < ids.Length; i++)
        {
            into[DataAt + length] = ids[i];
            data.Slice(i * count, count).CopyTo(into[(DataAt + length + 1)..]);
            length += count + 1;
        }

        return Seal(into, Broadcast, FeetechInstruction.SyncWrite, length);
    }

    private static int Seal(Span<byte> into, byte id, FeetechInstruction instruction, int parameters)
    {
        BinaryPrimitives.WriteUInt16BigEndian(into, 0xFFFF);
        (into[IdAt], into[LengthAt], into[ErrorAt]) = (id, (byte)(parameters + 2), (byte)instruction);
        into[DataAt + parameters] = Checksum(into[IdAt..(DataAt + parameters)]);
        return parameters + Overhead;
    }
}
