using Robotics.Core.Errors;
using Robotics.Core.Streams;
using Robotics.Core.Time;
using Robotics.Data.Episodes;

namespace Robotics.Learning.Episodes;

/// <summary>Records the images of cameras in an episode as they arrive. One thread.</summary>
public sealed class CameraRecorder : IDisposable
{
    private const int Waiting = 64;
    private readonly IStreamReader<ImageLease>[] _readers;

    /// <summary>Opens a reader on every stream.</summary>
    /// <param name="streams">The cameras.</param>
    /// <param name="formats">Their image formats, in the same order.</param>
    public CameraRecorder(IReadOnlyList<ISensorStream<ImageLease>> streams, IReadOnlyList<ImageFormat> formats)
    {
        Headers = [.. streams.Zip(formats, (s, f) => new CameraHeader(s.Spec.Name, f.Width, f.Height, f.Channels, s.Spec.RateHz))];
        _readers = [.. streams.Select(s => s.OpenReader(Waiting))];
    }

    /// <summary>The cameras, for an episode's header.</summary>
    public IReadOnlyList<CameraHeader> Headers { get; }

    /// <summary>Discards pending images at the start of an episode.</summary>
    public void Discard()
    {
        foreach (var reader in _readers)
        {
            while (reader.TryRead(out var sample))
                sample.Value.Dispose();
        }
    }

    /// <summary>Records the images that have arrived.</summary>
    /// <param name="into">The episode's record.</param>
    /// <param name="startedAt">Time of o_0, the origin of the episode's times.</param>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public void Record(EpisodeRecorder into, MonotonicTime startedAt)
    {
        for (var camera = 0; camera < _readers.Length; camera++)
        {
            while (_readers[camera].TryRead(out var sample))
            {
                using (sample.Value)
                    into.AppendFrame(camera, sample.Value.Bytes, Since(sample.CapturedAt), Since(sample.ReceivedAt), sample.Sequence);
            }
        }

        MonotonicTime Since(MonotonicTime moment) => new(moment.Nanoseconds - startedAt.Nanoseconds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var reader in _readers)
            reader.Dispose();
    }
}
