using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using Robotics.Core.Streams;
using Robotics.Reporting.Images;

namespace Robotics.Tests.Unit.Reporting;

public sealed class PngWriterTests
{
    [Fact]
    public void Write_Picture_ReadsBackByteForByte()
    {
        var image = SampleReport.Frame(3);
        var png = PngWriter.Write(image);
        var chunks = Chunks(png);
        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Select(c => c.Type));
        Assert.EndsWith("0000000049454E44AE426082", Convert.ToHexString(png), StringComparison.Ordinal); // an empty IEND, as in every PNG
        Assert.Equal(64, BinaryPrimitives.ReadInt32BigEndian(chunks[0].Data));
        Assert.Equal(48, BinaryPrimitives.ReadInt32BigEndian(chunks[0].Data.AsSpan(4)));
        Assert.Equal(image.Bytes, Decode(chunks[1].Data, 64 * 3, 48));
    }

    [Fact]
    public void Animate_ThreeFrames_NumbersItsChunksAndKeepsEveryFrame()
    {
        Image[] frames = [SampleReport.Frame(0), SampleReport.Frame(1), SampleReport.Frame(2)];
        var chunks = Chunks(PngWriter.Animate(frames, TimeSpan.FromMilliseconds(40)));
        Assert.Equal(["IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND"], chunks.Select(c => c.Type));
        Assert.Equal(3, BinaryPrimitives.ReadInt32BigEndian(chunks[1].Data));
        var numbers = chunks.Where(c => c.Type is "fcTL" or "fdAT").Select(c => BinaryPrimitives.ReadInt32BigEndian(c.Data));
        Assert.Equal([0, 1, 2, 3, 4], numbers);
        Assert.Equal(40, BinaryPrimitives.ReadUInt16BigEndian(chunks[2].Data.AsSpan(20)));
        Assert.Equal(frames[2].Bytes, Decode(chunks[7].Data[4..], 64 * 3, 48));
    }

    [Fact]
    public void Animate_FramesOfDifferentSize_IsRefused() => Assert.Throws<ArgumentException>(() =>
        PngWriter.Animate([SampleReport.Frame(0), new Image(new ImageFormat(1, 1, 1), [0])], TimeSpan.FromSeconds(1)));

    private static List<(string Type, byte[] Data)> Chunks(byte[] png)
    {
        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(png.AsSpan(0, 8)));
        var chunks = new List<(string, byte[])>();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var body = png.AsSpan(at + 4, length + 4);
            Assert.Equal(Crc32.HashToUInt32(body), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            chunks.Add((Encoding.ASCII.GetString(body[..4]), body[4..].ToArray()));
            at += 12 + length;
        }

        return chunks;
    }

    private static byte[] Decode(byte[] data, int stride, int rows)
    {
        using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        var raw = new byte[(stride + 1) * rows];
        zlib.ReadExactly(raw);
        var pixels = new byte[stride * rows];
        for (var y = 0; y < rows; y++)
        {
            Assert.Equal(2, raw[y * (stride + 1)]);
            for (var x = 0; x < stride; x++)
                pixels[(y * stride) + x] = (byte)(raw[(y * (stride + 1)) + x + 1] + (y > 0 ? pixels[((y - 1) * stride) + x] : 0));
        }

        return pixels;
    }
}
