using Robotics.Core.Streams;
using Robotics.SequenceModels.Probes;

namespace Robotics.Learning.Classical;

/// <summary>
/// Finds a red marker in images: the centroid of the red pixels, and by a calibration on known initial states the goal that
/// it indicates. The classical vision baseline of the task <c>camera-reach</c>. One thread.
/// </summary>
internal sealed class ColourCentroid(IStreamReader<ImageLease> reader) : IDisposable
{
    private const int StandsOut = 60;
    private LinearProbe? _probe;
    private float[]? _best;

    /// <summary>Clears the centroid at the start of an episode.</summary>
    public void Restart()
    {
        _best = null;
        while (reader.TryRead(out var sample))
            sample.Value.Dispose();
    }

    /// <summary>Reads new images; the one with the largest marker area counts.</summary>
    public void Look()
    {
        while (reader.TryRead(out var sample))
        {
            using var image = sample.Value;
            if (Find(image) is { } found && found[^1] >= (_best?[^1] ?? 1))
                _best = found;
        }
    }

    /// <summary>Features for the calibration: x, y, their squares and product, pixels; null without a marker.</summary>
    public float[]? Seen => _best;

    /// <summary>Fits goals to centroids by a linear probe.</summary>
    public void Calibrate(IReadOnlyList<float[]> seen, IReadOnlyList<double[]> goals) =>
        _probe = LinearProbe.Fit([.. seen.Select(Features)], goals);

    /// <summary>The estimated goal; null before a marker was seen.</summary>
    public double[]? Goal() => _best is null || _probe is null ? null : _probe.Read(Features(_best));

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    private static float[] Features(float[] seen) => seen[..^1];

    private static float[]? Find(ImageLease image)
    {
        var (width, channels) = (image.Format.Width, image.Format.Channels);
        var (x, y, count) = (0.0, 0.0, 0);
        for (var p = 0; channels == 3 && p < image.Bytes.Length / 3; p++)
        {
            if (image.Bytes[3 * p] - Math.Max(image.Bytes[(3 * p) + 1], image.Bytes[(3 * p) + 2]) < StandsOut)
                continue;
            (x, y, count) = (x + (p % width), y + (p / width), count + 1);
        }

        if (count == 0)
            return null;
        var (u, v) = ((float)(x / count / width), (float)(y / count / image.Format.Height));
        return [u, v, u * u, v * v, u * v, u * u * u, v * v * v, u * u * v, u * v * v, count];
    }
}
