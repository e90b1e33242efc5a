using Robotics.Core.Time;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Benchmarks.Machine;

/// <summary>
/// The machine's ceiling: single-precision products of square matrices by libtorch (Intel MKL). Not thread-safe: it sets libtorch's
/// threads for the process.
/// </summary>
/// <param name="clock">Times the products.</param>
/// <param name="size">Rows and columns; 1024 is large enough to reach the ceiling.</param>
internal sealed class MatrixProduct(IClock clock, int size = 1024) : IDisposable
{
    private readonly Tensor _left = full(size, size, 0.5f);
    private readonly Tensor _right = full(size, size, 0.25f);

    /// <summary>GFLOP/s of the best of some products.</summary>
    /// <param name="threads">Threads that share a product; libtorch has one again afterwards.</param>
    /// <param name="repetitions">Products timed.</param>
    public double Measure(int threads, int repetitions)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var best = double.MaxValue;
        TorchProcess.Threads = threads;
        for (var i = 0; i < repetitions; i++)
        {
            var start = clock.Now;
            using (mm(_left, _right))
                best = Math.Min(best, (clock.Now - start).TotalSeconds);
        }

        TorchProcess.Threads = 1;
        return 2.0 * size * size * size / best / 1e9;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }
}
