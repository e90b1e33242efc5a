using System.Buffers.Binary;
using JpegLibrary;
using Robotics.Core.Streams;
using StbImageSharp;

namespace Robotics.Drivers.Cameras;

/// <summary>
/// Decodes JPEG and PNG images of one size into RGB. JPEG by JpegLibrary, which decodes into a buffer of ours (about 5 kB allocated for an
/// image of 640×480, 1 MB by StbImageSharp at the same speed); PNG, which cameras hardly send, by StbImageSharp. Not thread-safe.
/// </summary>
/// <param name="format">The size that is expected; three channels.</param>
internal sealed class ImageDecoder(ImageFormat format)
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private readonly JpegOutput _output = new(format);

    /// <summary>Decodes an image. Returns why it cannot be used, or null. Never throws, whatever the bytes are.</summary>
    /// <param name="encoded">The file.</param>
    /// <param name="into">[height × width × 3], receives the image; undefined when it cannot be used.</param>
    public string? Decode(ReadOnlyMemory<byte> encoded, byte[] into)
    {
        try
        {
            return encoded.Span.StartsWith(PngSignature) ? DecodePng(encoded, into)
                : encoded.Length > 2 && encoded.Span is [0xFF, 0xD8, ..] ? DecodeJpeg(encoded, into)
                : "it is neither JPEG nor PNG";
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The libraries throw whatever a broken file leads them to.
            return $"it is broken ({e.GetType().Name})";
        }
    }

    private string? DecodeJpeg(ReadOnlyMemory<byte> encoded, byte[] into)
    {
        var decoder = new JpegDecoder();
        decoder.SetInput(encoded);
        decoder.Identify();
        if (SizeProblem(decoder.Width, decoder.Height) is { } problem)
            return problem;
        if (decoder.NumberOfComponents is not (1 or 3) || decoder.Precision != 8)
            return $"it has {decoder.NumberOfComponents} components of {decoder.Precision} bits; grey and YCbCr of 8 bits are known";
        decoder.SetOutputWriter(_output);
        decoder.Decode();
        _output.ToRgb(decoder.NumberOfComponents, into);
        return null;
    }

    private string? DecodePng(ReadOnlyMemory<byte> encoded, byte[] into)
    {
        var header = encoded.Span;
        if (header.Length < 24)
            return "it is broken (too short)";
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header[16..]), BinaryPrimitives.ReadInt32BigEndian(header[20..]));
        if (SizeProblem(width, height) is { } problem)
            return problem;
        ImageResult.FromMemory(encoded.ToArray(), ColorComponents.RedGreenBlue).Data.CopyTo(into, 0);
        return null;
    }

    private string? SizeProblem(int width, int height) => width == format.Width && height == format.Height
        ? null
        : $"it is {width}×{height}, and the robot's file says {format.Width}×{format.Height}: correct 'width' and 'height'";

    /// <summary>Collects the blocks of the three components side by side.</summary>
    private sealed class JpegOutput(ImageFormat format) : JpegBlockOutputWriter
    {
        private readonly byte[] _components = new byte[format.Width * format.Height * 3];

        public override void WriteBlock(ref short blockRef, int componentIndex, int x, int y)
        {
            if (componentIndex > 2)
                return;
            var width = Math.Min(format.Width - x, 8);
            var height = Math.Min(format.Height - y, 8);
            for (var row = 0; row < height; row++)
            {
                var at = ((((y + row) * format.Width) + x) * 3) + componentIndex;
                for (var column = 0; column < width; column++, at += 3)
                {
                    var value = System.Runtime.CompilerServices.Unsafe.Add(ref blockRef, (row * 8) + column);
                    _components[at] = (byte)Math.Clamp((int)value, 0, 255);
                }
            }
        }

        /// <summary>JFIF's conversion in fixed point with 16 bits.</summary>
        public void ToRgb(int components, byte[] into)
        {
            for (var i = 0; i < _components.Length; i += 3)
            {
                var luma = _components[i] << 16;
                var (blue, red) = components == 1 ? (0, 0) : (_components[i + 1] - 128, _components[i + 2] - 128);
                into[i] = Clamp(luma + (91881 * red));
                into[i + 1] = Clamp(luma - (22554 * blue) - (46802 * red));
                into[i + 2] = Clamp(luma + (116130 * blue));
            }
        }

        private static byte Clamp(int value) => (byte)Math.Clamp((value + 32768) >> 16, 0, 255);
    }
}
