namespace Robotics.Tests.Unit.StateEstimation;

/// <summary>
/// Bytes that a piece of work allocates: the least of some rounds, because the runtime's own compilation allocates now and then.
/// </summary>
internal static class LeastAllocation
{
    public static long From(Action work)
    {
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
