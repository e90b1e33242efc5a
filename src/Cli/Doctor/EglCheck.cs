using System.Runtime.InteropServices;
using Robotics.Cli.Shell;

namespace Robotics.Cli.Doctor;

/// <summary>
/// Off-screen rendering: EGL on Mesa's surfaceless platform, which simulated cameras use. Without it, tasks without cameras still run.
/// </summary>
internal static unsafe class EglCheck
{
    private const int SurfacelessPlatform = 0x31DD;
    private const int Vendor = 0x3053;

    /// <summary>Opens and closes the display.</summary>
    public static CheckResult Run()
    {
        if (!NativeLibrary.TryLoad("libEGL.so.1", out var library))
            return CheckResult.Advised("egl", false, "no libEGL.so.1, so no cameras and no films", Remedy.Install);
        if (!NativeLibrary.TryGetExport(library, "eglGetPlatformDisplay", out var getDisplay))
            return CheckResult.Advised("egl", false, "libEGL.so.1 is older than EGL 1.5, so no cameras and no films", Remedy.Install);
        var initialize = (delegate* unmanaged<IntPtr, int*, int*, int>)NativeLibrary.GetExport(library, "eglInitialize");
        var display = ((delegate* unmanaged<int, IntPtr, IntPtr, IntPtr>)getDisplay)(SurfacelessPlatform, IntPtr.Zero, IntPtr.Zero);
        int major, minor;
        if (display == IntPtr.Zero || initialize(display, &major, &minor) == 0)
            return CheckResult.Advised("egl", false, "EGL without the surfaceless platform, so no cameras and no films", Remedy.Install);
        var query = (delegate* unmanaged<IntPtr, int, IntPtr>)NativeLibrary.GetExport(library, "eglQueryString");
        var vendor = Marshal.PtrToStringUTF8(query(display, Vendor)) ?? "unknown vendor";
        _ = ((delegate* unmanaged<IntPtr, int>)NativeLibrary.GetExport(library, "eglTerminate"))(display);
        return CheckResult.Advised("egl", true, $"EGL {major}.{minor} surfaceless, {vendor}", "");
    }
}
