using System.Runtime.InteropServices;
using Robotics.Core.Errors;
using Robotics.Data.Storage;

namespace Robotics.Cli.Doctor;

/// <summary>The operating system, .NET and the disk.</summary>
internal static class SystemChecks
{
    private const long EnoughBytes = 1L << 30;

    /// <summary>Linux on a 64-bit processor, of a distribution whose package names <c>./robot</c> knows.</summary>
    public static CheckResult OperatingSystem()
    {
        var name = SystemFiles.After("/etc/os-release", "PRETTY_NAME") ?? RuntimeInformation.OSDescription;
        var known = Environment.GetEnvironmentVariable("ROBOT_APT_LINE") is { Length: > 0 };
        var way = known ? "packages by apt" : "packages by hand: g++, cmake, make, MuJoCo and EGL";
        var kernel = SystemFiles.Lines("/proc/sys/kernel/osrelease").FirstOrDefault() ?? "unknown";
        var ok = RuntimeInformation.IsOSPlatform(OSPlatform.Linux)
            && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;
        return CheckResult.Required("system", ok, $"{name}, kernel {kernel}, {RuntimeInformation.ProcessArchitecture}; {way}",
            "use Linux on a 64-bit processor; Debian 12 and 13 are tried");
    }

    /// <summary>The runtime in use and the SDK that builds.</summary>
    public static CheckResult Dotnet()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var sdks = Path.Combine(root, "sdk");
        var versions = Directory.Exists(sdks)
            ? Directory.GetDirectories(sdks).Select(Path.GetFileName).OfType<string>().Where(name => char.IsAsciiDigit(name[0]))
                .Order(StringComparer.Ordinal).ToArray()
            : [];
        var ok = Environment.Version.Major >= 10 && Array.Exists(versions, version => version.StartsWith("10.", StringComparison.Ordinal));
        var found = $"runtime {Environment.Version}, SDK {(versions.Length > 0 ? string.Join(", ", versions) : "none")} in {root}";
        return CheckResult.Required("dotnet", ok, found, "install the .NET SDK 10.0.100 or newer from https://dot.net/download");
    }

    /// <summary>Write access and free space of the folder for runs.</summary>
    public static CheckResult Disk(string runFolder)
    {
        var existed = Directory.Exists(runFolder);
        try
        {
            WritableFolder.Ensure(runFolder);
        }
        catch (UserErrorException e)
        {
            return CheckResult.Required("disk", false, e.Message, "give this user the right to the folder, or choose another with --out");
        }

        var free = new DriveInfo(runFolder).AvailableFreeSpace;
        if (!existed)
            Directory.Delete(runFolder);
        var found = $"{Sizes.Text(free)} free in {runFolder}";
        return CheckResult.Required(
            "disk", free >= EnoughBytes, found, $"free some space; a run with recordings wants {Sizes.Text(EnoughBytes)}");
    }
}
