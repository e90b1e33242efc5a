using Robotics.Core;

namespace Robotics.Tests.Unit.Core;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Run_WorkersThatSpinOrSleep_DoesEveryItemOnceEveryTime(int workers)
    {
        const int Items = 6;
        using var pool = new WorkerPool(workers);
        var work = new Tally(Items);
        var random = RandomKey.FromSeed(1).OpenStream();

        // The pauses let the workers fall asleep, or nearly: a lost wake-up would leave Run waiting for ever.
        var rounds = Task.Factory.StartNew(
            () =>
            {
                for (var round = 0; round < 100; round++)
                {
                    pool.Run(work, Items);
                    Thread.SpinWait(random.NextInt32(100_000));
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await rounds.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.All(work.Counts, count => Assert.Equal(100, count));
    }

    private sealed class Tally(int items) : IParallelWork
    {
        public int[] Counts { get; } = new int[items];

        public void Execute(int item, int worker)
        {
            Interlocked.Increment(ref Counts[item]);
            Thread.SpinWait(1000);
        }
    }
}
