namespace Robotics.Data;

/// <summary>
/// The CRC-32 of ISO 3309, PNG and gzip (reflected polynomial EDB88320), one byte at a time. Thread-safe; does not allocate.
/// </summary>
public static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Entry((uint)i))];

    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of what gave <paramref name="previous"/> followed by more bytes.</summary>
    public static uint Append(uint previous, ReadOnlySpan<byte> bytes)
    {
        var crc = ~previous;
        foreach (var b in bytes)
            crc = Table[(crc ^ b) & 0xFF] ^ (crc >> 8);
        return ~crc;
    }

    private static uint Entry(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        return value;
    }
}
