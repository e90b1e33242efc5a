using System.Runtime.InteropServices;
using Robotics.Core;

namespace Robotics.App.Benchmarks;

/// <summary>
/// The machine's ceiling: single-precision products of 1024 × 1024 matrices through OpenBLAS, which libtorch uses too. One
/// thread measures at a time.
/// </summary>
internal sealed unsafe class MatrixProduct
{
    private const int Size = 1024;
    private const int RowMajor = 101;
    private const int NotTransposed = 111;
    private readonly IntPtr _library;
    private readonly IntPtr _product;
    private readonly IClock _clock;
    private readonly float[] _left = new float[Size * Size];
    private readonly float[] _right = new float[Size * Size];
    private readonly float[] _into = new float[Size * Size];

    /// <summary>Loads the library.</summary>
    /// <exception cref="UserErrorException">It is missing.</exception>
    public MatrixProduct(IClock clock)
    {
        _clock = clock;
        if (!NativeLibrary.TryLoad("libopenblas.so.0", out _library) || !NativeLibrary.TryGetExport(_library, "cblas_sgemm", out _product))
            throw new UserErrorException("OpenBLAS (libopenblas.so.0) cannot be loaded, and without it this machine's ceiling is unknown: install libopenblas0-pthread.");
        Array.Fill(_left, 0.5f);
        Array.Fill(_right, 0.25f);
    }

    /// <summary>Which kernels OpenBLAS uses; empty when it does not say.</summary>
    public string CoreName => Text("openblas_get_corename");

    /// <summary>How OpenBLAS was built.</summary>
    public string Configuration => Text("openblas_get_config");

    /// <summary>GFLOP/s of the best of some products.</summary>
    /// <param name="threads">How many threads OpenBLAS may use.</param>
    /// <param name="repetitions">Products timed.</param>
    public double Measure(int threads, int repetitions)
    {
        if (NativeLibrary.TryGetExport(_library, "openblas_set_num_threads", out var setter))
            ((delegate* unmanaged<int, void>)setter)(threads);
        var product = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)_product;
        var best = double.MaxValue;
        fixed (float* a = _left, b = _right, c = _into)
        {
            for (var i = 0; i < repetitions; i++)
            {
                var start = _clock.Now;
                product(RowMajor, NotTransposed, NotTransposed, Size, Size, Size, 1, a, Size, b, Size, 0, c, Size);
                best = Math.Min(best, (_clock.Now - start).TotalSeconds);
            }
        }

        return 2.0 * Size * Size * Size / best / 1e9;
    }

    private string Text(string export) =>
        NativeLibrary.TryGetExport(_library, export, out var getter)
            ? Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr>)getter)()) ?? ""
            : "";
}
