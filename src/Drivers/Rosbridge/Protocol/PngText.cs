using System.Buffers.Binary;
using StbImageSharp;

namespace Robotics.Drivers.Rosbridge.Protocol;

/// <summary>Reads rosbridge's PNG compression: the bytes of a JSON text as RGB pixels, padded with line feeds.</summary>
internal static class PngText
{
    private const int HeaderBytes = 24;

    /// <summary>The text in a PNG; null when it is none, or larger than allowed. Never throws, whatever the bytes are.</summary>
    public static byte[]? Decode(byte[] png, int maximumBytes)
    {
        if (png.Length < HeaderBytes)
            return null;
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        if (width < 1 || height < 1 || (long)width * height * 3 > maximumBytes)
            return null;
        try
        {
            var pixels = ImageResult.FromMemory(png, ColorComponents.RedGreenBlue).Data;
            return pixels.AsSpan().TrimEnd((byte)'\n').ToArray();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null; // The library throws whatever a broken file leads it to.
        }
    }
}
