using Robotics.Core.Threading;

namespace Robotics.Tests.Unit.Inference;

/// <summary>Asks every thread of a pool what it has allocated: each item waits until all have come, so no thread does two.</summary>
internal sealed class AllocationProbe(WorkerPool pool) : IParallelWork
{
    private readonly long[] _bytes = new long[pool.Count];
    private int _arrived;

    public long[] Measure()
    {
        _arrived = 0;
        pool.Run(this, pool.Count);
        return _bytes;
    }

    public void Execute(int item, int worker)
    {
        Interlocked.Increment(ref _arrived);
        var spin = default(SpinWait);
        while (Volatile.Read(ref _arrived) < pool.Count)
            spin.SpinOnce(sleep1Threshold: -1);
        _bytes[worker] = GC.GetAllocatedBytesForCurrentThread();
    }
}
