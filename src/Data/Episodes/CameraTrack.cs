using Robotics.Core.Streams;

namespace Robotics.Data.Episodes;

/// <summary>A camera whose images an episode keeps. Immutable.</summary>
/// <param name="Name">The stream's name.</param>
/// <param name="Width">Pixels a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">3 for RGB, 1 for grey.</param>
/// <param name="RateHz">Nominal images per second.</param>
public sealed record CameraHeader(string Name, int Width, int Height, int Channels, double RateHz)
{
    /// <summary>Image format.</summary>
    public ImageFormat Format() => new(Width, Height, Channels);
}

/// <summary>
/// The images of one camera in an episode, in the order in which they arrived. Arrays must not be written to. Thread-safe for reading.
/// </summary>
public sealed class CameraTrack
{
    /// <summary>Description of the camera.</summary>
    public required CameraHeader Camera { get; init; }

    /// <summary>[N × height × width × channels], row-major, top row first.</summary>
    public required byte[] Frames { get; init; }

    /// <summary>[N], the moments of exposure since the episode's start, ns.</summary>
    public required long[] CapturedAt { get; init; }

    /// <summary>[N], the moments of arrival since the episode's start, ns.</summary>
    public required long[] ReceivedAt { get; init; }

    /// <summary>[N], the stream's own numbers: a gap is a lost image.</summary>
    public required long[] Sequence { get; init; }

    /// <summary>N.</summary>
    public int Count => CapturedAt.Length;

    /// <summary>The bytes of an image.</summary>
    public ReadOnlySpan<byte> Frame(int index)
    {
        var size = Camera.Format().ByteCount;
        return Frames.AsSpan(index * size, size);
    }
}
