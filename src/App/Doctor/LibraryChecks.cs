using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Robotics.App.Shell;

namespace Robotics.App.Doctor;

/// <summary>libtorch and MuJoCo: are they there, and which versions.</summary>
internal static unsafe partial class LibraryChecks
{
    /// <summary>libtorch from LIBTORCH, from beside the program, or from the system; loaded, to see that all it needs is there too.</summary>
    public static CheckResult Torch()
    {
        var chosen = Environment.GetEnvironmentVariable("LIBTORCH");
        string[] own = string.IsNullOrEmpty(chosen) ? [] : [Path.Combine(chosen, "lib")];
        string[] beside = [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native")];
        var library = SystemFiles.FindFile(own.Length > 0 ? own : [.. beside, .. SystemFiles.LibraryFolders()], "libtorch_cpu.so*");
        if (library is null)
        {
            var where = own.Length > 0 ? $"none in {own[0]}" : "none";
            var remedy = own.Length > 0 ? "set LIBTORCH to an unpacked libtorch, or unset it to take the system's" : Remedy.Install;
            return CheckResult.Required("libtorch", false, where, remedy);
        }

        var loads = NativeLibrary.TryLoad(library, out _);
        var found = $"{TorchVersion(chosen, library)} ({library}){(loads ? "" : ", which does not load")}";
        return CheckResult.Required("libtorch", loads, found, $"a library that it needs is missing, see ldd {library}; {Remedy.Install}");
    }

    /// <summary>MuJoCo from MUJOCO_ROOT or from the system, loaded and asked.</summary>
    public static CheckResult Mujoco()
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

    private static string TorchVersion(string? chosen, string library)
    {
        var root = string.IsNullOrEmpty(chosen) ? "/usr" : chosen;
        if (SystemFiles.Lines(Path.Combine(root, "build-version")).FirstOrDefault() is { Length: > 0 } build)
            return build;
        var header = Path.Combine(root, "include", "torch", "csrc", "api", "include", "torch", "version.h");
        var parts = SystemFiles.Lines(header).Select(line => VersionPart().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).ToArray();
        return parts.Length >= 3 ? string.Join('.', parts.Take(3)) : Path.GetFileName(Path.GetFullPath(library));
    }

    [GeneratedRegex(@"TORCH_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)")]
    private static partial Regex VersionPart();
}
