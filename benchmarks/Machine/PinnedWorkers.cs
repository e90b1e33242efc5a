using Robotics.Core.Threading;

namespace Robotics.Benchmarks.Machine;

/// <summary>
/// Creates workers pinned to one core each, where there are enough cores: unpinned ones may share a core for a while when another
/// program runs on another. The calling thread is not pinned.
/// </summary>
internal static class PinnedWorkers
{
    /// <summary>Creates the workers.</summary>
    /// <param name="threads">Workers, the caller included.</param>
    public static WorkerPool Create(int threads) =>
        new(threads, threads <= Environment.ProcessorCount ? [.. Enumerable.Range(0, threads)] : null);
}
