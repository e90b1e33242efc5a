namespace Robotics.Core.Streams;

/// <summary>Size and channels of an image. Immutable.</summary>
/// <param name="Width">Pixels a row.</param>
/// <param name="Height">Rows, top first.</param>
/// <param name="Channels">3 for RGB, 1 for grey; bytes 0 to 255, rows packed.</param>
public readonly record struct ImageFormat(int Width, int Height, int Channels)
{
    /// <summary>Bytes of one image.</summary>
    public int ByteCount => Width * Height * Channels;
}

/// <summary>
/// A leased image, shared by its readers: <see cref="Share"/> adds one, <see cref="Dispose"/> takes one away, the last one
/// returns the bytes to the pool. Thread-safe counting; bytes are written only before publication; no allocation.
/// </summary>
public sealed class ImageLease : IDisposable
{
    private readonly ImagePool _pool;
    private int _holders;

    internal ImageLease(ImagePool pool, ImageFormat format)
    {
        _pool = pool;
        Format = format;
        Bytes = new byte[format.ByteCount];
    }

    /// <summary>Size and channels.</summary>
    public ImageFormat Format { get; }

    /// <summary>[height × width × channels], row-major, top row first.</summary>
    public byte[] Bytes { get; }

    /// <summary>Adds a holder; returns this.</summary>
    public ImageLease Share()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    /// <summary>Removes a holder; the last returns the image to its pool.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            _pool.Return(this);
    }
}

/// <summary>Images of one format, all made at set-up. Thread-safe; renting does not allocate.</summary>
public sealed class ImagePool
{
    private readonly ImageLease?[] _free;
    private int _count;
    private SpinLock _lock = new(enableThreadOwnerTracking: false);

    /// <summary>Creates all images.</summary>
    /// <param name="format">Their format.</param>
    /// <param name="capacity">Maximum number of leased images at once.</param>
    public ImagePool(ImageFormat format, int capacity)
    {
        Format = format;
        _free = new ImageLease?[capacity];
        for (var i = 0; i < capacity; i++)
            _free[_count++] = new ImageLease(this, format);
    }

    /// <summary>The format of every image.</summary>
    public ImageFormat Format { get; }

    /// <summary>Rents an image with one holder; null when all are rented.</summary>
    public ImageLease? TryRent()
    {
        var taken = false;
        try
        {
            _lock.Enter(ref taken);
            return _count == 0 ? null : _free[--_count]!.Share();
        }
        finally
        {
            if (taken)
                _lock.Exit();
        }
    }

    internal void Return(ImageLease lease)
    {
        var taken = false;
        try
        {
            _lock.Enter(ref taken);
            _free[_count++] = lease;
        }
        finally
        {
            if (taken)
                _lock.Exit();
        }
    }
}
