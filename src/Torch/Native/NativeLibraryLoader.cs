using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>
/// Finds the shim beside the assembly, and before it the libtorch that the environment variable LIBTORCH names:
/// the shim carries no search path of its own.
/// </summary>
internal static class NativeLibraryLoader
{
    private static readonly string[] LibTorchLibraries = ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];

    [ModuleInitializer]
    internal static void Register()
        => NativeLibrary.SetDllImportResolver(typeof(NativeLibraryLoader).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Native.Library) return 0;
        PreloadLibTorch();
        try
        {
            return NativeLibrary.Load(name, assembly, searchPath);
        }
        catch (DllNotFoundException error)
        {
            throw new DllNotFoundException(
                "lib" + name + ".so or a library it needs cannot be loaded: run `apt-get install -y --no-install-recommends " +
                "libtorch-dev libopenblas0-pthread`, or let LIBTORCH name an unpacked libtorch. " + error.Message, error);
        }
    }

    private static void PreloadLibTorch()
    {
        var root = Environment.GetEnvironmentVariable("LIBTORCH");
        if (string.IsNullOrEmpty(root)) return;
        foreach (var library in LibTorchLibraries)
        {
            var path = Path.Combine(root, "lib", library);
            if (File.Exists(path)) NativeLibrary.Load(path);
        }
    }
}
