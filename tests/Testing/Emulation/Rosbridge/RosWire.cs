using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Robotics.Testing.Emulation.Rosbridge;

/// <summary>
/// A JointState as the emulator sends it, in each of rosbridge's encodings: written byte by byte, apart from the driver's code.
/// </summary>
public sealed record WireJointState(long Stamp, string[] Names, double[] Positions, double[] Velocities, double[] Efforts)
{
    private int Seconds => (int)(Stamp / 1_000_000_000);

    private uint Nanoseconds => (uint)(Stamp % 1_000_000_000);

    public string Json(bool isRos1)
    {
        static string List(double[] values) => string.Join(",", values.Select(
            v => double.IsFinite(v) ? v.ToString("R", CultureInfo.InvariantCulture) : "null"));
        var stamp = isRos1 ? $"\"secs\":{Seconds},\"nsecs\":{Nanoseconds}" : $"\"sec\":{Seconds},\"nanosec\":{Nanoseconds}";
        var names = string.Join(",", Names.Select(n => $"\"{n}\""));
        var numbers = $"\"position\":[{List(Positions)}],\"velocity\":[{List(Velocities)}],\"effort\":[{List(Efforts)}]";
        return $$"""{"header":{"stamp":{{{stamp}}},"frame_id":""},"name":[{{names}}],{{numbers}}}""";
    }

    public byte[] Cbor()
    {
        using var stream = new MemoryStream();
        RosWire.Head(stream, 5, 5);
        RosWire.Header(stream, Seconds, Nanoseconds);
        RosWire.Text(stream, "name");
        RosWire.Head(stream, 4, Names.Length);
        foreach (var name in Names)
            RosWire.Text(stream, name);
        foreach (var (key, values) in new[] { ("position", Positions), ("velocity", Velocities), ("effort", Efforts) })
        {
            RosWire.Text(stream, key);
            RosWire.Head(stream, 6, 86); // RFC 8746: float64, little-endian
            RosWire.Head(stream, 2, values.Length * 8);
            foreach (var value in values)
                stream.Write(BitConverter.GetBytes(value));
        }

        return stream.ToArray();
    }

    public byte[] Cdr()
    {
        var cdr = new CdrBuilder().UInt32((uint)Seconds).UInt32(Nanoseconds).Text("").UInt32((uint)Names.Length);
        foreach (var name in Names)
            cdr.Text(name);
        foreach (var values in new[] { Positions, Velocities, Efforts })
        {
            cdr.UInt32((uint)values.Length);
            foreach (var value in values)
                cdr.Double(value);
        }

        return cdr.Bytes;
    }
}

/// <summary>An Image or a CompressedImage as the emulator sends it.</summary>
public sealed record WireImage(long Stamp, int Height, int Width, string Encoding, byte[] Data)
{
    public bool IsCompressed { get; init; }

    private int Seconds => (int)(Stamp / 1_000_000_000);

    private uint Nanoseconds => (uint)(Stamp % 1_000_000_000);

    private int Step => Height == 0 ? 0 : Data.Length / Height;

    public string Json()
    {
        var fields = IsCompressed
            ? $"\"format\":\"{Encoding}\""
            : $"\"height\":{Height},\"width\":{Width},\"encoding\":\"{Encoding}\",\"is_bigendian\":0,\"step\":{Step}";
        var header = $$"""{"stamp":{"sec":{{Seconds}},"nanosec":{{Nanoseconds}}},"frame_id":"cam"}""";
        return $$"""{"header":{{header}},{{fields}},"data":"{{Convert.ToBase64String(Data)}}"}""";
    }

    public byte[] Cbor()
    {
        using var stream = new MemoryStream();
        RosWire.Head(stream, 5, IsCompressed ? 3 : 7);
        RosWire.Header(stream, Seconds, Nanoseconds);
        (string, int)[] numbers = IsCompressed ? [] : [("height", Height), ("width", Width), ("is_bigendian", 0), ("step", Step)];
        foreach (var (key, value) in numbers)
        {
            RosWire.Text(stream, key);
            RosWire.Head(stream, 0, value);
        }

        RosWire.Text(stream, IsCompressed ? "format" : "encoding");
        RosWire.Text(stream, Encoding);
        RosWire.Text(stream, "data");
        RosWire.Head(stream, 2, Data.Length);
        stream.Write(Data);
        return stream.ToArray();
    }

    public byte[] Cdr()
    {
        var cdr = new CdrBuilder().UInt32((uint)Seconds).UInt32(Nanoseconds).Text("cam");
        if (!IsCompressed)
            cdr.UInt32((uint)Height).UInt32((uint)Width);
        cdr.Text(Encoding);
        if (!IsCompressed)
            cdr.Byte(0).UInt32((uint)Step);
        return cdr.UInt32((uint)Data.Length).Raw(Data).Bytes;
    }
}

/// <summary>Parts of rosbridge's wire.</summary>
public static class RosWire
{
    /// <summary>The first bytes of a CBOR item.</summary>
    public static void Head(Stream stream, int major, long value)
    {
        if (value < 24)
        {
            stream.WriteByte((byte)((major << 5) | (int)value));
            return;
        }

        Span<byte> bytes = stackalloc byte[5];
        bytes[0] = (byte)((major << 5) | 26);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], (uint)value);
        stream.Write(bytes);
    }

    public static void Text(Stream stream, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Head(stream, 3, bytes.Length);
        stream.Write(bytes);
    }

    public static void Header(Stream stream, int seconds, uint nanoseconds)
    {
        Text(stream, "header");
        Head(stream, 5, 2);
        Text(stream, "stamp");
        Head(stream, 5, 2);
        Text(stream, "sec");
        Head(stream, 0, seconds);
        Text(stream, "nanosec");
        Head(stream, 0, nanoseconds);
        Text(stream, "frame_id");
        Text(stream, "");
    }

    /// <summary>A publication in CBOR.</summary>
    public static byte[] Publication(string topic, byte[] message)
    {
        using var stream = new MemoryStream();
        Head(stream, 5, 3);
        Text(stream, "op");
        Text(stream, "publish");
        Text(stream, "topic");
        Text(stream, topic);
        Text(stream, "msg");
        stream.Write(message);
        return stream.ToArray();
    }

    /// <summary>The message of a publication in cbor-raw.</summary>
    public static byte[] Raw(byte[] cdr)
    {
        using var stream = new MemoryStream();
        Head(stream, 5, 3);
        Text(stream, "secs");
        Head(stream, 0, 1);
        Text(stream, "nsecs");
        Head(stream, 0, 2);
        Text(stream, "bytes");
        Head(stream, 2, cdr.Length);
        stream.Write(cdr);
        return stream.ToArray();
    }

    /// <summary>A frame in the pixels of a PNG.</summary>
    public static string Png(string frame)
    {
        var text = Encoding.UTF8.GetBytes(frame);
        var width = Math.Max(1, (int)Math.Floor(Math.Sqrt(text.Length / 3.0)));
        var height = (int)Math.Ceiling(text.Length / 3.0 / width);
        var pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)'\n');
        text.CopyTo(pixels, 0);
        return $$"""{"op":"png","data":"{{Convert.ToBase64String(PngOf(pixels, width, height))}}"}""";
    }

    public static byte[] PngOf(byte[] rgb, int width, int height)
    {
        using var stream = new MemoryStream();
        new StbImageWriteSharp.ImageWriter().WritePng(rgb, width, height, StbImageWriteSharp.ColorComponents.RedGreenBlue, stream);
        return stream.ToArray();
    }

    public static byte[] JpegOf(byte[] rgb, int width, int height, int quality)
    {
        using var stream = new MemoryStream();
        new StbImageWriteSharp.ImageWriter().WriteJpg(rgb, width, height, StbImageWriteSharp.ColorComponents.RedGreenBlue, stream, quality);
        return stream.ToArray();
    }

    /// <summary>
    /// A frame in fragments, with the total that a server written in Python 3 gives: (length − 1) / size + 1, not rounded.
    /// </summary>
    public static IReadOnlyList<string> Fragments(string frame, int size, string id)
    {
        var total = (((double)frame.Length - 1) / size) + 1;
        return [.. Enumerable.Range(0, (int)total).Select(i =>
        {
            var piece = System.Text.Json.JsonSerializer.Serialize(frame.Substring(i * size, Math.Min(size, frame.Length - (i * size))));
            return string.Create(
                CultureInfo.InvariantCulture, $$"""{"op":"fragment","id":"{{id}}","data":{{piece}},"num":{{i}},"total":{{total}}}""");
        })];
    }
}

/// <summary>Builds little-endian CDR.</summary>
public sealed class CdrBuilder
{
    private readonly List<byte> _body = [];

    public byte[] Bytes => [0, 1, 0, 0, .. _body];

    public CdrBuilder Byte(byte value) => Raw([value]);

    public CdrBuilder UInt32(uint value) => Align(4).Raw(BitConverter.GetBytes(value));

    public CdrBuilder Double(double value) => Align(8).Raw(BitConverter.GetBytes(value));

    public CdrBuilder Text(string text) => UInt32((uint)text.Length + 1).Raw(Encoding.ASCII.GetBytes(text)).Byte(0);

    public CdrBuilder Raw(byte[] bytes)
    {
        _body.AddRange(bytes);
        return this;
    }

    private CdrBuilder Align(int size)
    {
        while (_body.Count % size != 0)
            _body.Add(0);
        return this;
    }
}
