using Robotics.Core.Time;

namespace Robotics.Core.Streams;

/// <summary>
/// The sending side of an image stream: one writer, any number of readers, each with a queue of its own. Publishing never
/// waits for a reader; a reader that is slow loses its oldest images, which is counted. Publishing does not allocate.
/// </summary>
public sealed class ImageStreamHub(SensorStreamSpec spec) : ISensorStream<ImageLease>
{
    private Queue[] _readers = [];
    private readonly Lock _opening = new();

    /// <inheritdoc/>
    public SensorStreamSpec Spec => spec;

    /// <inheritdoc/>
    public IStreamReader<ImageLease> OpenReader(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        var reader = new Queue(this, capacity);
        lock (_opening)
            Volatile.Write(ref _readers, [.. _readers, reader]);
        return reader;
    }

    /// <summary>Hands an image to all readers and gives up the writer's own hold on it.</summary>
    public void Publish(in Sample<ImageLease> sample)
    {
        foreach (var reader in Volatile.Read(ref _readers))
        {
            sample.Value.Share();
            reader.Offer(sample);
        }

        sample.Value.Dispose();
    }

    private void Close(Queue reader)
    {
        lock (_opening)
            Volatile.Write(ref _readers, [.. _readers.Where(r => r != reader)]);
    }

    private sealed class Queue(ImageStreamHub hub, int capacity) : IStreamReader<ImageLease>
    {
        private readonly Sample<ImageLease>[] _ring = new Sample<ImageLease>[capacity];
        private SpinLock _lock = new(enableThreadOwnerTracking: false);
        private int _head;
        private int _count;
        private long _dropped;
        private bool _closed;

        public long Dropped => Interlocked.Read(ref _dropped);

        public void Offer(in Sample<ImageLease> sample)
        {
            ImageLease? lost = null;
            var taken = false;
            try
            {
                _lock.Enter(ref taken);
                lost = _closed ? sample.Value : MakeRoom();
                if (!_closed)
                    _ring[(_head + _count++) % _ring.Length] = sample;
            }
            finally
            {
                if (taken)
                    _lock.Exit();
            }

            lost?.Dispose();
        }

        private ImageLease? MakeRoom()
        {
            if (_count < _ring.Length)
                return null;
            var oldest = _ring[_head].Value;
            _head = (_head + 1) % _ring.Length;
            _count--;
            _dropped++;
            return oldest;
        }

        public bool TryRead(out Sample<ImageLease> sample)
        {
            var taken = false;
            try
            {
                _lock.Enter(ref taken);
                sample = _count > 0 ? _ring[_head] : default;
                if (_count == 0)
                    return false;
                _head = (_head + 1) % _ring.Length;
                _count--;
                return true;
            }
            finally
            {
                if (taken)
                    _lock.Exit();
            }
        }

        public void Dispose()
        {
            hub.Close(this);
            Shut();
            while (TryRead(out var sample))
                sample.Value.Dispose();
        }

        // A publisher that still has this reader in hand must not put an image into a queue that nobody empties.
        private void Shut()
        {
            var taken = false;
            try
            {
                _lock.Enter(ref taken);
                _closed = true;
            }
            finally
            {
                if (taken)
                    _lock.Exit();
            }
        }
    }
}
