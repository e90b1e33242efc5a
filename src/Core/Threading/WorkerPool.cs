namespace Robotics.Core.Threading;

/// <summary>Work that falls into independent items. Execute is called from several threads at once and must not throw.</summary>
public interface IParallelWork
{
    /// <summary>Does item <paramref name="item"/> with the scratch of worker <paramref name="worker"/>.</summary>
    void Execute(int item, int worker);
}

/// <summary>
/// A fixed set of threads, the caller among them, that share out items of work. No allocation and no lock on the way: items
/// are taken by one atomic exchange, workers spin briefly before they sleep. The caller waits for items, not for workers: one that
/// the system does not run in time just finds nothing left. One caller at a time.
/// </summary>
public sealed class WorkerPool : IDisposable
{
    private const int SpinsBeforeSleep = 2000;
    private const int SpinsBeforeYield = 64;
    private readonly Thread[] _threads;
    private readonly ParkingSlot[] _slots;
    private IReadOnlyList<int>? _cores;
    private IParallelWork _work = Nothing.Instance;
    private int _items;
    private int _done;
    private long _ticket; // the run's number in the upper half, items not yet taken in the lower
    private volatile bool _closing;

    /// <summary>Starts the threads.</summary>
    /// <param name="workers">Workers, the calling thread included; at least 1.</param>
    /// <param name="cores">Cores for workers 1 … ; null or short leaves them where the system puts them.</param>
    public WorkerPool(int workers, IReadOnlyList<int>? cores = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        _threads = new Thread[workers - 1];
        _cores = cores;
        _slots = [.. _threads.Select(_ => new ParkingSlot())];
        for (var i = 0; i < _threads.Length; i++)
        {
            var worker = i + 1;
            _threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Workers, the caller included.</summary>
    public int Count => _threads.Length + 1;

    /// <summary>
    /// Binds the workers to cores before they next work: for a run against the clock, whose machine is its own. For set-up.
    /// </summary>
    /// <param name="cores">Cores of the workers, the caller's first, which is the caller's own affair; null or short leaves them
    /// where they are.</param>
    public void Pin(IReadOnlyList<int>? cores) => Volatile.Write(ref _cores, cores);

    /// <summary>Does all items and returns when the last is done. Which worker does which item is not determined.</summary>
    public void Run(IParallelWork work, int items)
    {
        if (_threads.Length == 0 || items <= 1)
        {
            for (var i = 0; i < items; i++)
                work.Execute(i, 0);
            return;
        }

        _work = work;
        _items = items;
        _done = 0;
        Open(items);
        Drain(0);
        var spin = default(SpinWait);
        while (Volatile.Read(ref _done) != items)
            spin.SpinOnce(sleep1Threshold: -1);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        _closing = true;
        Open(0);
        foreach (var thread in _threads)
            thread.Join();
        foreach (var slot in _slots)
            slot.Dispose();
    }

    private static int RunOf(long ticket) => (int)(ticket >> 32);

    private void Open(int items)
    {
        var run = (uint)RunOf(_ticket) + 1;
        Interlocked.Exchange(ref _ticket, ((long)run << 32) | (uint)items);
        foreach (var slot in _slots)
            slot.WakeSleeper();
    }

    private void Serve(int worker)
    {
        IReadOnlyList<int>? applied = null;
        _slots[worker - 1].Prepare();
        var seen = 0;
        while (!_closing)
        {
            Place(worker, ref applied);
            Drain(worker);
            seen = AwaitRunAfter(seen, _slots[worker - 1]);
        }
    }

    private void Place(int worker, ref IReadOnlyList<int>? applied)
    {
        var cores = Volatile.Read(ref _cores);
        if (ReferenceEquals(cores, applied))
            return;
        applied = cores;
        if (cores is not null && worker < cores.Count)
            RealTime.TryPinCurrentThread(cores[worker]);
    }

    private int AwaitRunAfter(int seen, ParkingSlot slot)
    {
        while (true)
        {
            for (var i = 1; i <= SpinsBeforeSleep; i++)
            {
                var run = RunOf(Volatile.Read(ref _ticket));
                if (run != seen)
                    return run;
                Thread.SpinWait(20);
                if (i % SpinsBeforeYield == 0)
                    Thread.Yield();
            }

            slot.Sleep(ref _ticket, seen);
        }
    }

    private void Drain(int worker)
    {
        while (true)
        {
            var ticket = Volatile.Read(ref _ticket);
            var left = (int)ticket;
            if (left == 0)
                return;
            if (Interlocked.CompareExchange(ref _ticket, ticket - 1, ticket) != ticket)
                continue;
            // While this item is not done its run cannot end, so the fields belong to it.
            _work.Execute(_items - left, worker);
            Interlocked.Increment(ref _done);
        }
    }

    /// <summary>
    /// Parking slot of one worker. Each worker has its own, because with a shared one a worker that wakes early could consume the
    /// wake-up of one that still sleeps.
    /// </summary>
    private sealed class ParkingSlot : IDisposable
    {
        private readonly SemaphoreSlim _wake = new(0);
        private int _asleep;

        /// <summary>A thread's first wait allocates what its later ones use; it is had here, before there is any work.</summary>
        public void Prepare() => _wake.Wait(millisecondsTimeout: 1);

        public void Sleep(ref long ticket, int seen)
        {
            Interlocked.Exchange(ref _asleep, 1);
            if (RunOf(Volatile.Read(ref ticket)) == seen || Interlocked.Exchange(ref _asleep, 0) == 0)
                _wake.Wait();
        }

        public void WakeSleeper()
        {
            if (Interlocked.Exchange(ref _asleep, 0) == 1)
                _wake.Release();
        }

        public void Dispose() => _wake.Dispose();
    }

    private sealed class Nothing : IParallelWork
    {
        public static readonly Nothing Instance = new();

        public void Execute(int item, int worker)
        {
        }
    }
}
