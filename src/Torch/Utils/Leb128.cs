namespace TorchSharp;

/// <summary>Unsigned numbers in seven bits a byte, the least significant first.</summary>
internal static class Leb128
{
    internal static void Write(BinaryWriter writer, long value) => writer.Write7BitEncodedInt64(value);

    internal static long Read(BinaryReader reader) => reader.Read7BitEncodedInt64();
}
