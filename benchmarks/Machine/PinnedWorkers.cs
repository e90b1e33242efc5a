using Robotics.Core.Threading;

namespace Robotics.Benchmarks.Machine;

/// <summary>
/// Makes workers that have a core each, where there are as many: free ones may share a core for a while when something else runs
/// on another. The calling thread stays free.
/// </summary>
internal static class PinnedWorkers
{
    /// <summary>Makes them.</summary>
    /// <param name="threads">Workers, the caller included.</param>
    public static WorkerPool Create(int threads) => new(threads, threads <= Environment.ProcessorCount ? [.. Enumerable.Range(0, threads)] : null);
}
