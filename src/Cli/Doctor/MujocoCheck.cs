using System.Runtime.InteropServices;
using Robotics.Cli.Shell;

namespace Robotics.Cli.Doctor;

/// <summary>Presence and version of MuJoCo.</summary>
internal static unsafe class MujocoCheck
{
    /// <summary>Loads MuJoCo from MUJOCO_ROOT or from the system and reads its version.</summary>
    public static CheckResult Run()
    {
        var chosen = Environment.GetEnvironmentVariable("MUJOCO_ROOT");
        string[] own = string.IsNullOrEmpty(chosen) ? [] : [Path.Combine(chosen, "lib")];
        var path = SystemFiles.FindFile([.. own, .. SystemFiles.LibraryFolders()], "libmujoco.so*");
        if (path is null || !NativeLibrary.TryLoad(path, out var library))
            return CheckResult.Required("mujoco", false, path is null ? "none" : $"{path} does not load", Remedy.Install);
        var version = NativeLibrary.TryGetExport(library, "mj_versionString", out var function)
            ? Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr>)function)()) ?? "unknown version"
            : "unknown version";
        return CheckResult.Required("mujoco", true, $"{version} ({path})", "");
    }
}
