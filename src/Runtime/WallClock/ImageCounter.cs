using Robotics.Core.Streams;

namespace Robotics.Runtime.WallClock;

/// <summary>Takes the pictures of a robot's cameras and counts them. One thread.</summary>
public sealed class ImageCounter : IDisposable
{
    private readonly IStreamReader<ImageLease>[] _readers;
    private readonly long[] _expected;

    /// <summary>Sees pictures from now on.</summary>
    public ImageCounter(IReadOnlyList<ISensorStream<ImageLease>> cameras)
    {
        _readers = [.. cameras.Select(c => c.OpenReader(8))];
        _expected = [.. cameras.Select(_ => -1L)];
    }

    /// <summary>Pictures that came.</summary>
    public long Count { get; private set; }

    /// <summary>Pictures that were lost on the way: gaps in the sequence numbers.</summary>
    public long Lost { get; private set; }

    /// <summary>Takes what has come.</summary>
    public void Poll()
    {
        for (var i = 0; i < _readers.Length; i++)
        {
            while (_readers[i].TryRead(out var picture))
            {
                Count++;
                Lost += _expected[i] < 0 ? 0 : Math.Max(0, picture.Sequence - _expected[i]);
                _expected[i] = picture.Sequence + 1;
                picture.Value.Dispose();
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
