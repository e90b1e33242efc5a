using System.Globalization;

namespace Robotics.Learning.Displays;

/// <summary>What this process has used of the machine's memory.</summary>
internal static class ProcessMemory
{
    /// <summary>The largest resident size so far, MiB (VmHWM); NaN where the system does not tell.</summary>
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
