using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;


namespace Robotics.TorchExtras;

/// <summary>
/// Settings to make before libtorch is loaded; .NET's own setter of environment variables does not reach native code. Variables that
/// the environment already sets are left unchanged. Safe from any thread; not for the tick path.
/// </summary>
public static unsafe partial class TorchStart
{
    // glibc's mallopt: malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;
    private static readonly Lock Gate = new();
    private static bool _isPrepared;
    private static bool _isQuiet;

    /// <summary>Prepares the process once; cheap, and libtorch is not loaded by it.</summary>
    public static void Prepare()
    {
        lock (Gate)
        {
            if (_isPrepared)
                return;
            _isPrepared = true;
            // Two threads collapse by 10 to 60 times on a loaded machine, so that more than one has to be asked for.
            Set("OMP_NUM_THREADS", "1");
            // Only errors: without the sizes of the caches NNPACK, which nothing here needs, warns at every convolution.
            Set("TORCH_CPP_LOG_LEVEL", "ERROR");
            if (OneDnn.CachesAreHidden)
                Set(OneDnn.Variable, OneDnn.SafeInstructions);
            // glibc hands large blocks back to the kernel at once and fetches them again at the next step of training.
            _ = mallopt(MmapThreshold, 1 << 30);
            _ = mallopt(TrimThreshold, int.MaxValue);
            _ = mallopt(TopPad, 64 << 20);
            NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, AtFirstCall);
        }
    }

    /// <summary>
    /// libtorch is loaded by the first call into TorchSharp's library; its log obeys the environment only when initialised explicitly.
    /// </summary>
    private static IntPtr AtFirstCall(string name, Assembly assembly, DllImportSearchPath? path)
    {
        lock (Gate)
        {
            if (!_isQuiet && NativeLibrary.TryLoad("c10", assembly, path, out var library)
                && NativeLibrary.TryGetExport(library, "_ZN3c1011initLoggingEv", out var initialise))
            {
                ((delegate* unmanaged<void>)initialise)();
            }

            _isQuiet = true;
        }

        return IntPtr.Zero;
    }

    private static void Set(string name, string value) => _ = setenv(name, value, overwrite: 0);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int mallopt(int parameter, int value);
}
