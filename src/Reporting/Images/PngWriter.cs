using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Robotics.Core.Streams;

namespace Robotics.Reporting.Images;

/// <summary>
/// Writes PNG (ISO/IEC 15948) and animated PNG (Third Edition, 2025: acTL, fcTL, fdAT): 8-bit grey or RGB, each row as the
/// difference to the row above. Pure; thread-safe.
/// </summary>
public static class PngWriter
{
    private const byte FilterUp = 2;

    /// <summary>One image.</summary>
    public static byte[] Write(Image image) => Animate([image], TimeSpan.FromSeconds(1));

    /// <summary>An animation that repeats without end; a single image gives a plain PNG.</summary>
    /// <param name="frames">At least one image, all of one format.</param>
    /// <param name="period">Duration of each image; whole milliseconds, below 65 s.</param>
    public static byte[] Animate(IReadOnlyList<Image> frames, TimeSpan period)
    {
        var format = frames[0].Format;
        if (frames.Any(f => f.Format != format))
            throw new ArgumentException("The frames of an animation must have one format.", nameof(frames));
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);
        Chunk(png, "IHDR"u8, Header(format));
        if (frames.Count > 1)
            Chunk(png, "acTL"u8, [.. Big32(frames.Count), .. Big32(0)]);
        var sequence = 0;
        for (var i = 0; i < frames.Count; i++)
        {
            if (frames.Count > 1)
                Chunk(png, "fcTL"u8, FrameControl(sequence++, format, period));
            var data = Compress(frames[i]);
            if (i == 0)
                Chunk(png, "IDAT"u8, data);
            else
                Chunk(png, "fdAT"u8, [.. Big32(sequence++), .. data]);
        }

        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static byte[] Header(ImageFormat format)
    {
        var colourType = format.Channels switch
        {
            1 => (byte)0,
            3 => (byte)2,
            _ => throw new ArgumentException($"An image of {format.Channels} channels is neither grey nor RGB.", nameof(format)),
        };
        return [.. Big32(format.Width), .. Big32(format.Height), 8, colourType, 0, 0, 0];
    }

    private static byte[] FrameControl(int sequence, ImageFormat format, TimeSpan period) =>
    [
        .. Big32(sequence), .. Big32(format.Width), .. Big32(format.Height), .. Big32(0), .. Big32(0),
        .. Big16((ushort)Math.Clamp(Math.Round(period.TotalMilliseconds), 1, ushort.MaxValue)), .. Big16(1000), 0, 0,
    ];

    private static byte[] Compress(Image image)
    {
        var stride = image.Format.Width * image.Format.Channels;
        var filtered = new byte[(stride + 1) * image.Format.Height];
        for (var y = 0; y < image.Format.Height; y++)
        {
            var row = filtered.AsSpan(y * (stride + 1), stride + 1);
            row[0] = FilterUp;
            for (var x = 0; x < stride; x++)
                row[x + 1] = (byte)(image.Bytes[(y * stride) + x] - (y > 0 ? image.Bytes[((y - 1) * stride) + x] : 0));
        }

        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal))
            zlib.Write(filtered);
        return compressed.ToArray();
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        png.Write(Big32(data.Length));
        png.Write(type);
        png.Write(data);
        var checksum = new Crc32();
        checksum.Append(type);
        checksum.Append(data);
        png.Write(Big32((int)checksum.GetCurrentHashAsUInt32()));
    }

    private static byte[] Big32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Big16(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }
}
