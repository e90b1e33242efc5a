using System.Buffers.Binary;

namespace Robotics.Drivers.Dynamixel;

/// <summary>Instruction of a frame.</summary>
internal enum DynamixelInstruction : byte
{
    Ping = 0x01,
    Read = 0x02,
    Write = 0x03,
    Reboot = 0x08,
    Status = 0x55,
    SyncRead = 0x82,
    SyncWrite = 0x83,
}

/// <summary>
/// Frames of protocol 2.0: FF FF FD 00 id length(2) instruction parameters crc(2). After each FF FF FD within instruction and parameters
/// an FD is stuffed, so that a header stands nowhere else; the checksum is over the stuffed bytes. Does not allocate; thread-safe.
/// </summary>
internal static class DynamixelFrame
{
    public const byte Broadcast = 0xFE;
    public const byte MaximumId = 0xFC;
    public const int MaximumLength = 1024;
    public const int IdAt = 4;
    public const int LengthAt = 5;
    public const int InstructionAt = 7;
    public const int ParametersAt = 8;
    public const int ErrorAt = 8;
    public const int DataAt = 9;

    /// <summary>Bytes of an instruction beyond its parameters.</summary>
    public const int Overhead = 10;

    /// <summary>Bytes of a status beyond its data.</summary>
    public const int StatusOverhead = 11;
    private static readonly ushort[] Table = CreateTable();

    /// <summary>CRC-16 with polynomial 0x8005, most significant bit first, from 0.</summary>
    public static ushort Crc(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0;
        foreach (var value in bytes)
            crc = (ushort)((crc << 8) ^ Table[(crc >> 8) ^ value]);
        return crc;
    }

    /// <summary>Writes a frame and returns its length in bytes.</summary>
    public static int Build(Span<byte> into, byte id, DynamixelInstruction instruction, ReadOnlySpan<byte> parameters)
    {
        var writer = Begin(into, id, instruction);
        writer.Add(parameters);
        return writer.Seal();
    }

    /// <summary>Starts a frame.</summary>
    public static DynamixelFrameWriter Begin(Span<byte> into, byte id, DynamixelInstruction instruction)
    {
        BinaryPrimitives.WriteUInt32BigEndian(into, 0xFFFFFD00);
        (into[IdAt], into[InstructionAt]) = (id, (byte)instruction);
        return new DynamixelFrameWriter(into);
    }

    /// <summary>Removes the stuffed bytes of a frame whose checksum is right, in place, and returns the length that is left.</summary>
    public static int Unstuff(Span<byte> frame)
    {
        // Looks back at what arrived, not at what has been moved already.
        var (kept, history) = (InstructionAt, 0u);
        for (var i = InstructionAt; i < frame.Length - 2; i++)
        {
            var value = frame[i];
            var isStuffed = (history & 0xFFFFFF) == 0xFFFFFD && value == 0xFD;
            history = (history << 8) | value;
            if (!isStuffed)
                frame[kept++] = value;
        }

        (frame[kept], frame[kept + 1]) = (frame[^2], frame[^1]);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[LengthAt..], (ushort)(kept + 2 - InstructionAt));
        return kept + 2;
    }

    private static ushort[] CreateTable()
    {
        var table = new ushort[256];
        for (var i = 0; i < table.Length; i++)
        {
            var value = i << 8;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 0x8000) != 0 ? (value << 1) ^ 0x8005 : value << 1;
            table[i] = (ushort)value;
        }

        return table;
    }
}

/// <summary>Adds parameters to a frame and stuffs them.</summary>
internal ref struct DynamixelFrameWriter(Span<byte> frame)
{
    private readonly Span<byte> _frame = frame;
    private int _length = DynamixelFrame.ParametersAt;

    /// <summary>Adds a byte.</summary>
    public void Add(byte value)
    {
        _frame[_length++] = value;
        if (value == 0xFD && _length >= DynamixelFrame.ParametersAt + 2 && _frame[_length - 2] == 0xFF && _frame[_length - 3] == 0xFF)
            _frame[_length++] = 0xFD;
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> values)
    {
        foreach (var value in values)
            Add(value);
    }

    /// <summary>Adds a word, the lower byte first.</summary>
    public void AddWord(int value)
    {
        Add((byte)value);
        Add((byte)(value >> 8));
    }

    /// <summary>Writes length and checksum, and returns the frame's length in bytes.</summary>
    public readonly int Seal()
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_frame[DynamixelFrame.LengthAt..], (ushort)(_length + 2 - DynamixelFrame.InstructionAt));
        BinaryPrimitives.WriteUInt16LittleEndian(_frame[_length..], DynamixelFrame.Crc(_frame[.._length]));
        return _length + 2;
    }
}
