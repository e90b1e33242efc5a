using Robotics.Core.Threading;

namespace Robotics.Tests.Unit.Core;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Run_ThousandsOfTimes_DoesEveryItemOnce(int workers)
    {
        using var pool = new WorkerPool(workers);
        var work = new CountingWork(33);

        for (var run = 1; run <= 3000; run++)
        {
            // Now and then the workers are given time to fall asleep.
            if (run % 500 == 0)
                Thread.SpinWait(2_000_000);
            pool.Run(work, run % 34);
        }

        for (var item = 0; item < 33; item++)
            Assert.Equal(Enumerable.Range(1, 3000).Count(run => item < run % 34), work.Counts[item]);
        Assert.InRange(work.LargestWorker, 0, workers - 1);
    }

    [Fact]
    public void Pin_BetweenRuns_LosesNoItem()
    {
        using var pool = new WorkerPool(2);
        var work = new CountingWork(8);
        pool.Run(work, 8);
        pool.Pin([0, 0]);
        for (var run = 0; run < 100; run++)
            pool.Run(work, 8);

        Assert.All(work.Counts, c => Assert.Equal(101, c));
    }

    [Fact]
    public void Run_SteadyState_DoesNotAllocateOnTheCaller()
    {
        using var pool = new WorkerPool(2);
        var work = new CountingWork(8);
        pool.Run(work, 8);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var run = 0; run < 100; run++)
            pool.Run(work, 8);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Dispose_WorkersAsleepOrNeverUsed_EndsThem()
    {
        for (var i = 0; i < 50; i++)
        {
            var pool = new WorkerPool(3);
            if (i % 2 == 0)
                pool.Run(new CountingWork(4), 4);
            pool.Dispose();
        }
    }

    private sealed class CountingWork(int items) : IParallelWork
    {
        private int _largestWorker;

        public int[] Counts { get; } = new int[items];

        public int LargestWorker => _largestWorker;

        public void Execute(int item, int worker)
        {
            Interlocked.Increment(ref Counts[item]);
            if (worker > _largestWorker)
                _largestWorker = worker;
        }
    }
}
