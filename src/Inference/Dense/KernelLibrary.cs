using System.Runtime.InteropServices;

namespace Robotics.Inference.Dense;

/// <summary>
/// The native kernels, for instructions that .NET has no intrinsics for. Where the library or the instructions are lacking,
/// <see cref="Problem"/> says so and everything else works without. Immutable; thread-safe.
/// </summary>
internal sealed unsafe class KernelLibrary
{
    private const string FileName = "RoboticsKernels";
    private const int Version = 2;
    private readonly delegate* unmanaged<DenseCall*, uint*, float*, float*, void> _dense;

    private KernelLibrary(string name)
    {
        if (!NativeLibrary.TryLoad(name, typeof(KernelLibrary).Assembly, DllImportSearchPath.AssemblyDirectory, out var library))
        {
            Problem = $"the library lib{FileName}.so is not in the program's folder";
            return;
        }

        if (!TryFind(library, "robotics_kernels_version", out var version) || ((delegate* unmanaged<int>)version)() != Version
            || !TryFind(library, "robotics_has_bf16", out var hasBFloat16)
            || !TryFind(library, "robotics_dense", out var dense))
        {
            Problem = $"the library lib{FileName}.so belongs to another version of the program";
            return;
        }

        if (((delegate* unmanaged<int>)hasBFloat16)() == 0)
            Problem = "the processor has no instructions for it (AVX512_BF16)";
        _dense = (delegate* unmanaged<DenseCall*, uint*, float*, float*, void>)dense;
    }

    /// <summary>The library in the program's folder.</summary>
    public static KernelLibrary Shared { get; } = new(FileName);

    /// <summary>Reason that the kernels cannot run on this machine, as a clause; null when they can.</summary>
    public string? Problem { get; }

    /// <summary>Another library, by name or path.</summary>
    public static KernelLibrary Load(string name) => new(name);

    /// <summary>Runs a layer; native/kernels/src/kernels.h says how. Only where there is no <see cref="Problem"/>.</summary>
    public void Dense(DenseCall* layer, float* weights, float* input, float* output) => _dense(layer, (uint*)weights, input, output);

    private static bool TryFind(nint library, string function, out nint address) =>
        NativeLibrary.TryGetExport(library, function, out address);
}
