using Robotics.Core.Time;
using Robotics.StateEstimation.Streams;

namespace Robotics.Runtime.Faults;

/// <summary>Faults injected between cameras and an estimator to test its robustness. Immutable.</summary>
/// <param name="IsBlanked">True when all images are black.</param>
/// <param name="CutAfterSeconds">Time in an episode, s, after which no image arrives; null for never.</param>
public sealed record CameraFaultOptions(bool IsBlanked, double? CutAfterSeconds);

/// <summary>A camera that is covered, or cut off during an episode. One thread; does not allocate; safe on the tick path.</summary>
public sealed class CameraFaultInjection(IModalitySource camera, CameraFaultOptions options) : IModalitySource
{
    private MonotonicTime? _end;

    /// <inheritdoc/>
    public string Name => camera.Name;

    /// <inheritdoc/>
    public int Dimension => camera.Dimension;

    /// <inheritdoc/>
    public long Dropped => camera.Dropped;

    /// <summary>Begins an episode.</summary>
    public void Start(MonotonicTime at) => _end = options.CutAfterSeconds is { } seconds ? at + TimeSpan.FromSeconds(seconds) : null;

    /// <inheritdoc/>
    public SourceStatus TryRead(Span<float> values, out SampleStamp stamp)
    {
        var status = camera.TryRead(values, out stamp);
        while (status != SourceStatus.Nothing && _end is { } end && stamp.CapturedAt >= end)
            status = camera.TryRead(values, out stamp);
        if (status != SourceStatus.Sample || !options.IsBlanked)
            return status;
        values.Clear();
        stamp = stamp with { Fingerprint = 0 };
        return status;
    }
}
