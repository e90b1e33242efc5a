using Robotics.Core.Time;

namespace Robotics.Data.Episodes;

/// <summary>Collects the images of one camera. Not thread-safe; grows, so not for the tick path.</summary>
internal sealed class CameraTrackBuilder(CameraHeader camera)
{
    private readonly List<byte> _frames = [];
    private readonly List<long> _captured = [];
    private readonly List<long> _received = [];
    private readonly List<long> _sequence = [];

    public void Append(ReadOnlySpan<byte> frame, MonotonicTime capturedAt, MonotonicTime receivedAt, long sequence)
    {
        if (frame.Length != camera.Format().ByteCount)
            throw new ArgumentException(
                $"An image of camera '{camera.Name}' has {frame.Length} bytes where {camera.Format().ByteCount} are expected.",
                nameof(frame));
        _frames.AddRange(frame);
        _captured.Add(capturedAt.Nanoseconds);
        _received.Add(receivedAt.Nanoseconds);
        _sequence.Add(sequence);
    }

    public CameraTrack Build() => new()
    {
        Camera = camera,
        Frames = [.. _frames],
        CapturedAt = [.. _captured],
        ReceivedAt = [.. _received],
        Sequence = [.. _sequence],
    };
}
