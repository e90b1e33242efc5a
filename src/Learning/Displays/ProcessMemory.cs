using System.Globalization;

namespace Robotics.Learning.Displays;

/// <summary>Memory use of this process.</summary>
internal static class ProcessMemory
{
    /// <summary>Peak resident set size, MiB (VmHWM); NaN where unknown.</summary>
    public static double PeakMegabytes()
    {
        const string Key = "VmHWM:";
        const string Status = "/proc/self/status";
        var line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal)) : null;
        return line is null
            ? double.NaN
            : double.Parse(line[Key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }
}
