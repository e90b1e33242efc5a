using System.Runtime.InteropServices;
using TorchSharp;

namespace Robotics.Torch;

/// <summary>What concerns the whole process. Safe from any thread; not for the tick path.</summary>
public static unsafe class TorchProcess
{
    /// <summary>
    /// How many threads one operator may use. One is the default of our own binding, because two collapse on a loaded
    /// machine; OpenBLAS, which does not listen to libtorch, is told too.
    /// </summary>
    public static int Threads
    {
        get => torch.get_num_threads();
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            torch.set_num_threads(value);
            if (Export("libopenblas.so.0", "openblas_set_num_threads") is var setter and not 0)
                ((delegate* unmanaged<int, void>)setter)(value);
        }
    }

    /// <summary>Native tensors that are held by handles; with a foreign TorchSharp, the managed count.</summary>
    public static long LiveTensors => Export("libRoboticsTorch.so", "rt_live_tensors") is var counter and not 0
        ? ((delegate* unmanaged<long>)counter)()
        : torch.Tensor.TotalCount;

    private static nint Export(string library, string symbol)
        => NativeLibrary.TryLoad(library, typeof(TorchProcess).Assembly, null, out var handle) && NativeLibrary.TryGetExport(handle, symbol, out var address)
            ? address
            : 0;
}
