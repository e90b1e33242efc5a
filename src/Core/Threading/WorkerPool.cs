namespace Robotics.Core;

/// <summary>Work that falls into independent items. Execute is called from several threads at once and must not throw.</summary>
public interface IParallelWork
{
    /// <summary>Does item <paramref name="item"/> with the scratch of worker <paramref name="worker"/>.</summary>
    void Execute(int item, int worker);
}

/// <summary>
/// A fixed set of threads, the caller among them, that share out items of work. No allocation and no lock on the way: items
/// are taken by one atomic increment, workers spin briefly before they sleep. One caller at a time.
/// </summary>
public sealed class WorkerPool : IDisposable
{
    private const int SpinsBeforeSleep = 2000;
    private readonly Thread[] _threads;
    // One event per worker: with a shared semaphore a worker that is awake could take another's wake-up.
    private readonly AutoResetEvent[] _wake;
    private IParallelWork _work = Nothing.Instance;
    private int _items;
    private int _next;
    private int _running;
    private int _generation;
    private int _sleeping;
    private volatile bool _closing;

    /// <summary>Starts the threads.</summary>
    /// <param name="workers">Workers, the calling thread included; at least 1.</param>
    /// <param name="cores">Cores for workers 1 … ; null or short leaves them where the system puts them.</param>
    public WorkerPool(int workers, IReadOnlyList<int>? cores = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        _threads = new Thread[workers - 1];
        _wake = [.. _threads.Select(_ => new AutoResetEvent(false))];
        for (var i = 0; i < _threads.Length; i++)
        {
            var worker = i + 1;
            var core = cores is not null && worker < cores.Count ? cores[worker] : -1;
            _threads[i] = new Thread(() => Serve(worker, core)) { IsBackground = true, Name = $"worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Workers, the caller included.</summary>
    public int Count => _threads.Length + 1;

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
        _next = 0;
        Volatile.Write(ref _running, _threads.Length);
        Interlocked.Increment(ref _generation);
        if (Volatile.Read(ref _sleeping) > 0)
            WakeAll();
        Drain(0);
        var spin = default(SpinWait);
        while (Volatile.Read(ref _running) != 0)
            spin.SpinOnce(sleep1Threshold: -1);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        _closing = true;
        Interlocked.Increment(ref _generation);
        WakeAll();
        foreach (var thread in _threads)
            thread.Join();
        foreach (var wake in _wake)
            wake.Dispose();
    }

    private void WakeAll()
    {
        foreach (var wake in _wake)
            wake.Set();
    }

    private void Serve(int worker, int core)
    {
        if (core >= 0)
            RealTime.TryPinCurrentThread(core);
        var seen = 0;
        while (true)
        {
            seen = AwaitGeneration(seen, _wake[worker - 1]);
            if (_closing)
                return;
            Drain(worker);
            Interlocked.Decrement(ref _running);
        }
    }

    private int AwaitGeneration(int seen, AutoResetEvent wake)
    {
        while (true)
        {
            for (var i = 0; i < SpinsBeforeSleep; i++)
            {
                var generation = Volatile.Read(ref _generation);
                if (generation != seen)
                    return generation;
                Thread.SpinWait(20);
            }

            Interlocked.Increment(ref _sleeping);
            if (Volatile.Read(ref _generation) == seen)
                wake.WaitOne();
            Interlocked.Decrement(ref _sleeping);
        }
    }

    private void Drain(int worker)
    {
        var work = _work;
        var items = _items;
        for (var item = Interlocked.Increment(ref _next) - 1; item < items; item = Interlocked.Increment(ref _next) - 1)
            work.Execute(item, worker);
    }

    private sealed class Nothing : IParallelWork
    {
        public static readonly Nothing Instance = new();

        public void Execute(int item, int worker)
        {
        }
    }
}
