using Robotics.Core.Randomness;
using Robotics.Core.Streams;
using Robotics.Drivers.Cameras;
using Robotics.Drivers.Rosbridge.Messages;
using Robotics.Testing.Emulation.Rosbridge;

namespace Robotics.Tests.Unit.Drivers;

public sealed class ImageDecoderTests
{
    private const int Width = 40;
    private const int Height = 24;
    private static readonly ImageFormat Format = new(Width, Height, 3);

    [Theory]
    [InlineData(95)]
    [InlineData(80)] // colours at half the resolution
    public void Decode_Jpeg_GivesItsColours(int quality)
    {
        var rgb = Gradient();
        var into = new byte[rgb.Length];

        Assert.Null(new ImageDecoder(Format).Decode(RosWire.JpegOf(rgb, Width, Height, quality), into));
        Assert.InRange(rgb.Zip(into, (a, b) => Math.Abs(a - b)).Max(), 0, 24);
        Assert.InRange(rgb.Zip(into, (a, b) => Math.Abs(a - b)).Average(), 0, 4);
    }

    [Fact]
    public void Decode_Png_IsExact()
    {
        var rgb = Gradient();
        var into = new byte[rgb.Length];

        Assert.Null(new ImageDecoder(Format).Decode(RosWire.PngOf(rgb, Width, Height), into));
        Assert.Equal(rgb, into);
    }

    [Fact]
    public void Decode_WrongSizeOrKind_SaysSo()
    {
        var decoder = new ImageDecoder(new ImageFormat(64, 48, 3));
        var into = new byte[64 * 48 * 3];
        const string Size = "it is 40×24, and the robot's file says 64×48: correct 'width' and 'height'";

        Assert.Equal(Size, decoder.Decode(RosWire.JpegOf(Gradient(), Width, Height, 90), into));
        Assert.Equal(Size, decoder.Decode(RosWire.PngOf(Gradient(), Width, Height), into));
        Assert.Equal("it is neither JPEG nor PNG", decoder.Decode("GIF89a"u8.ToArray(), into));
    }

    [Theory]
    [InlineData(2000)]
    public void Decode_MutatedFiles_NeverThrows(int count)
    {
        var random = RandomKey.FromSeed(3).OpenStream();
        byte[][] seeds = [RosWire.JpegOf(Gradient(), Width, Height, 80), RosWire.PngOf(Gradient(), Width, Height)];
        var decoder = new ImageDecoder(Format);
        var into = new byte[Format.ByteCount];
        var refused = 0;
        for (var i = 0; i < count; i++)
        {
            var file = seeds[i % 2].ToArray();
            if (random.NextInt32(3) == 0)
                file = file[..random.NextInt32(file.Length)];
            for (var changes = random.NextInt32(5); changes > 0 && file.Length > 0; changes--)
                file[random.NextInt32(file.Length)] = (byte)random.NextInt32(256);
            refused += decoder.Decode(file, into) is null ? 0 : 1;
        }

        Assert.InRange(refused, count / 10, count);
    }

    [Theory]
    [InlineData("rgb8", new byte[] { 1, 2, 3, 4, 5, 6 }, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData("bgr8", new byte[] { 1, 2, 3, 4, 5, 6 }, new byte[] { 3, 2, 1, 6, 5, 4 })]
    [InlineData("bgra8", new byte[] { 1, 2, 3, 0, 4, 5, 6, 0 }, new byte[] { 3, 2, 1, 6, 5, 4 })]
    [InlineData("mono8", new byte[] { 1, 2 }, new byte[] { 1, 1, 1, 2, 2, 2 })]
    public void ToRgb_Encodings_AreConverted(string encoding, byte[] data, byte[] expected)
    {
        var into = new byte[6];
        Assert.Null(RosPixels.ToRgb(Image(encoding, data), new ImageFormat(2, 1, 3), into));
        Assert.Equal(expected, into);
    }

    [Fact]
    public void ToRgb_UnknownEncodingSizeOrStep_SaysSo()
    {
        var into = new byte[6];
        Assert.Equal(
            "its encoding is '32FC1'; rgb8, bgr8, rgba8, bgra8 and mono8 are known",
            RosPixels.ToRgb(Image("32FC1", new byte[8]), new ImageFormat(2, 1, 3), into));
        Assert.Equal(
            "it is 2×1, and the robot's file says 1×2: correct 'width' and 'height'",
            RosPixels.ToRgb(Image("rgb8", new byte[6]), new ImageFormat(1, 2, 3), into));
        Assert.Equal(
            "its rows have 4 bytes and its data 4, and the encoding asks for 6 each",
            RosPixels.ToRgb(Image("rgb8", new byte[4]), new ImageFormat(2, 1, 3), into));
    }

    private static ImageMessage Image(string encoding, byte[] data)
    {
        var image = new ImageMessage(100);
        var message = new RosMessage(RosEncoding.Cbor, new WireImage(0, 1, 2, encoding, data).Cbor());
        Assert.Null(RosReader.Read(message, image, isCompressed: false));
        return image;
    }

    private static byte[] Gradient()
    {
        var rgb = new byte[Format.ByteCount];
        for (var i = 0; i < Width * Height; i++)
            (rgb[i * 3], rgb[(i * 3) + 1], rgb[(i * 3) + 2]) = ((byte)(i % Width * 6), (byte)(i / Width * 10), 90);
        return rgb;
    }
}
