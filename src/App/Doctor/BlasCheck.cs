using System.Globalization;
using System.Runtime.InteropServices;
using Robotics.App.Shell;
using Robotics.Core;

namespace Robotics.App.Doctor;

/// <summary>Which BLAS answers to libblas.so.3, and how fast one matrix product is: the reference BLAS is ten times too slow.</summary>
internal static unsafe class BlasCheck
{
    private const int Size = 384;
    private const int Repetitions = 4;
    private const double EnoughGigaflops = 12;
    private const int RowMajor = 101;
    private const int NotTransposed = 111;

    /// <summary>Times the best of a few products of 384 × 384 matrices.</summary>
    public static CheckResult Run(IClock clock)
    {
        if (!NativeLibrary.TryLoad("libblas.so.3", out var library) && !NativeLibrary.TryLoad("libopenblas.so.0", out library))
            return CheckResult.Required("blas", false, "none", Remedy.Install);
        if (!NativeLibrary.TryGetExport(library, "cblas_sgemm", out var sgemm))
            return CheckResult.Required("blas", false, "libblas.so.3 without cblas_sgemm", Remedy.Install);
        var gigaflops = Measure(clock, sgemm);
        var name = Name(library);
        var found = string.Create(CultureInfo.InvariantCulture, $"{name}, {gigaflops:F0} GFLOP/s single precision");
        var known = !name.StartsWith("reference", StringComparison.Ordinal);
        return CheckResult.Required("blas", known || gigaflops > EnoughGigaflops, found,
            $"a slow BLAS is in use; {Remedy.Install}; then update-alternatives --auto libblas.so.3-x86_64-linux-gnu");
    }

    private static double Measure(IClock clock, IntPtr sgemm)
    {
        var product = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)sgemm;
        var (left, right, into) = (new float[Size * Size], new float[Size * Size], new float[Size * Size]);
        Array.Fill(left, 0.5f);
        Array.Fill(right, 0.25f);
        var best = double.MaxValue;
        fixed (float* a = left, b = right, c = into)
        {
            for (var repetition = 0; repetition < Repetitions; repetition++)
            {
                var start = clock.Now;
                product(RowMajor, NotTransposed, NotTransposed, Size, Size, Size, 1, a, Size, b, Size, 0, c, Size);
                best = Math.Min(best, (clock.Now - start).TotalSeconds);
            }
        }

        return 2.0 * Size * Size * Size / best / 1e9;
    }

    private static string Name(IntPtr library)
    {
        if (NativeLibrary.TryGetExport(library, "openblas_get_config", out var config)
            && Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr>)config)()) is { Length: > 0 } text)
        {
            return string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2));
        }

        var maps = SystemFiles.Lines("/proc/self/maps");
        return Array.Find((string[])["openblas", "mkl", "blis", "atlas"], name => Array.Exists(maps, line => line.Contains(name, StringComparison.OrdinalIgnoreCase)))
            ?? "reference BLAS";
    }
}
