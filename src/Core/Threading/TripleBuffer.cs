namespace Robotics.Core.Threading;

/// <summary>
/// Hands whole objects from one writer thread to one reader thread: three buffers and one atomic exchange, so that neither ever
/// waits and the reader always has a whole object (Simpson's construction with a shared slot). Does not allocate after
/// construction; safe on the tick path.
/// </summary>
/// <typeparam name="T">The buffer, filled in place.</typeparam>
public sealed class TripleBuffer<T>
    where T : class
{
    private const int Fresh = 4;
    private readonly T[] _buffers;
    private int _shared = 1;
    private int _writing;
    private int _reading = 2;

    /// <summary>Creates the three buffers.</summary>
    public TripleBuffer(Func<T> create) => _buffers = [create(), create(), create()];

    /// <summary>The buffer to fill next: for the writer alone. It holds what it held when it was last in use.</summary>
    public T Draft => _buffers[_writing];

    /// <summary>Publishes <see cref="Draft"/> and takes another buffer for it: for the writer alone.</summary>
    public void Publish() => _writing = Interlocked.Exchange(ref _shared, _writing | Fresh) & ~Fresh;

    /// <summary>The newest published object: for the reader alone. It stays whole until the next call.</summary>
    public T Latest()
    {
        if ((Volatile.Read(ref _shared) & Fresh) != 0)
            _reading = Interlocked.Exchange(ref _shared, _reading) & ~Fresh;
        return _buffers[_reading];
    }
}
