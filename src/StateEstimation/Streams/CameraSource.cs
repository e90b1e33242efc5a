using System.Runtime.InteropServices;
using Robotics.Core.Streams;

namespace Robotics.StateEstimation.Streams;

/// <summary>A camera as a modality: bytes become 0 to 1, [height × width × channels]. Used by one thread; safe on the tick path.</summary>
/// <param name="name">The camera's name.</param>
/// <param name="format">Required image format.</param>
/// <param name="reader">A reader of its own; this source disposes the images.</param>
public sealed class CameraSource(string name, ImageFormat format, IStreamReader<ImageLease> reader) : IModalitySource
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int Dimension => format.ByteCount;

    /// <inheritdoc/>
    public long Dropped => reader.Dropped;

    /// <inheritdoc/>
    public SourceStatus TryRead(Span<float> values, out SampleStamp stamp)
    {
        stamp = default;
        if (!reader.TryRead(out var sample))
            return SourceStatus.Nothing;
        using var image = sample.Value;
        stamp = new SampleStamp(sample.CapturedAt, sample.ReceivedAt, sample.Sequence, 0);
        if (image.Format != format || image.Bytes.Length != values.Length)
            return SourceStatus.WrongFormat;
        stamp = stamp with { Fingerprint = Fingerprint(image.Bytes) };
        for (var i = 0; i < values.Length; i++)
            values[i] = image.Bytes[i] * (1f / 255);
        return SourceStatus.Sample;
    }

    /// <summary>A 64-bit hash of the bytes, never 0.</summary>
    private static ulong Fingerprint(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            hash = ulong.RotateLeft((hash ^ word) * 0x9E3779B97F4A7C15UL, 29);
        foreach (var b in bytes[(bytes.Length & ~7)..])
            hash = (hash ^ b) * 1099511628211UL;
        return hash == 0 ? 1 : hash;
    }
}
