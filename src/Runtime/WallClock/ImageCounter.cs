using Robotics.Core.Streams;

namespace Robotics.Runtime.WallClock;

/// <summary>Counts the images of a robot's cameras. One thread.</summary>
public sealed class ImageCounter : IDisposable
{
    private readonly IStreamReader<ImageLease>[] _readers;
    private readonly long[] _expected;

    /// <summary>Subscribes to the cameras.</summary>
    public ImageCounter(IReadOnlyList<ISensorStream<ImageLease>> cameras)
    {
        _readers = [.. cameras.Select(c => c.OpenReader(8))];
        _expected = [.. cameras.Select(_ => -1L)];
    }

    /// <summary>Images received.</summary>
    public long Count { get; private set; }

    /// <summary>Images lost: gaps in the sequence numbers.</summary>
    public long Lost { get; private set; }

    /// <summary>Reads new images.</summary>
    public void Poll()
    {
        for (var i = 0; i < _readers.Length; i++)
        {
            while (_readers[i].TryRead(out var image))
            {
                Count++;
                Lost += _expected[i] < 0 ? 0 : Math.Max(0, image.Sequence - _expected[i]);
                _expected[i] = image.Sequence + 1;
                image.Value.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var reader in _readers)
            reader.Dispose();
    }
}
