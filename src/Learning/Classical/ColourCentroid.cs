using Robotics.Core.Streams;
using Robotics.SequenceModels.Probes;

namespace Robotics.Learning.Classical;

/// <summary>
/// Finds a red marker in pictures: the centroid of the pixels whose red stands out, and by a calibration on known starts the goal that
/// it means. The classical eye of the task <c>camera-reach</c>. One thread.
/// </summary>
internal sealed class ColourCentroid(IStreamReader<ImageLease> reader) : IDisposable
{
    private const int StandsOut = 60;
    private LinearProbe? _readout;
    private float[]? _best;

    /// <summary>Forgets what it saw: at an episode's start.</summary>
    public void Restart()
    {
        _best = null;
        while (reader.TryRead(out var sample))
            sample.Value.Dispose();
    }

    /// <summary>Takes what has come; the picture that shows most of the marker counts.</summary>
    public void Look()
    {
        while (reader.TryRead(out var sample))
        {
            using var picture = sample.Value;
            if (Find(picture) is { } found && found[^1] >= (_best?[^1] ?? 1))
                _best = found;
        }
    }

    /// <summary>What was seen, for the calibration: x, y, their squares and product, pixels; null when there was no marker.</summary>
    public float[]? Seen => _best;

    /// <summary>Learns from starts what centroids mean.</summary>
    public void Calibrate(IReadOnlyList<float[]> seen, IReadOnlyList<double[]> goals) => _readout = LinearProbe.Fit([.. seen.Select(Features)], goals);

    /// <summary>The goal; null before a marker was seen.</summary>
    public double[]? Goal() => _best is null || _readout is null ? null : _readout.Read(Features(_best));

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    private static float[] Features(float[] seen) => seen[..^1];

    private static float[]? Find(ImageLease picture)
    {
        var (width, channels) = (picture.Format.Width, picture.Format.Channels);
        var (x, y, count) = (0.0, 0.0, 0);
        for (var p = 0; channels == 3 && p < picture.Bytes.Length / 3; p++)
        {
            if (picture.Bytes[3 * p] - Math.Max(picture.Bytes[(3 * p) + 1], picture.Bytes[(3 * p) + 2]) < StandsOut)
                continue;
            (x, y, count) = (x + (p % width), y + (p / width), count + 1);
        }

        if (count == 0)
            return null;
        var (u, v) = ((float)(x / count / width), (float)(y / count / picture.Format.Height));
        return [u, v, u * u, v * v, u * v, u * u * u, v * v * v, u * u * v, u * v * v, count];
    }
}
