using System.Globalization;
using System.Runtime.Intrinsics;

namespace Robotics.Cli.Doctor;

/// <summary>Processor, vector width, memory and graphics processor.</summary>
internal static class HardwareChecks
{
    /// <summary>Model, processors that this process may use, and a container's limit.</summary>
    public static CheckResult Processor()
    {
        var model = SystemFiles.After("/proc/cpuinfo", "model name") ?? "unknown processor";
        var limit = CpuLimit() is { } cores
            ? string.Create(CultureInfo.InvariantCulture, $", limited to {cores:0.##} by the container")
            : "";
        return CheckResult.Advised("processor", Environment.ProcessorCount >= 2, $"{model}, {Environment.ProcessorCount} usable{limit}",
            "planning next to a servo loop needs two cores or more");
    }

    /// <summary>Widest vectors that .NET uses here.</summary>
    public static CheckResult Simd()
    {
        var width = Vector512.IsHardwareAccelerated ? 512
            : Vector256.IsHardwareAccelerated ? 256
            : Vector128.IsHardwareAccelerated ? 128
            : 0;
        var flags = $" {SystemFiles.After("/proc/cpuinfo", "flags")} ";
        var bfloat = flags.Contains(" avx512_bf16 ", StringComparison.Ordinal) ? ", bfloat16 products" : "";
        return CheckResult.Advised("simd", width >= 256, $"{width} bits{bfloat}", "planning is slow without AVX2; use a newer processor");
    }

    /// <summary>Memory of the machine or of the container.</summary>
    public static CheckResult Memory()
    {
        var total = Kibibytes("MemTotal");
        var free = Kibibytes("MemAvailable");
        var limit = SystemFiles.Lines("/sys/fs/cgroup/memory.max").FirstOrDefault();
        var text = $"{Sizes.Text(free)} of {Sizes.Text(total)} available";
        if (long.TryParse(limit, CultureInfo.InvariantCulture, out var bytes) && bytes < total)
            (text, free) = ($"{text}, limited to {Sizes.Text(bytes)} by the container", Math.Min(free, bytes));
        return CheckResult.Advised("memory", free >= 2L << 30, text, "training wants 2 GiB; close other programs");
    }

    /// <summary>NVIDIA's driver and cards; none is fine.</summary>
    public static CheckResult Gpu()
    {
        const string root = "/proc/driver/nvidia";
        if (!File.Exists($"{root}/version") && !File.Exists("/dev/nvidia0"))
            return CheckResult.Advised("gpu", true, "none; the processor does everything", "");
        var cards = Directory.Exists($"{root}/gpus")
            ? Directory.GetDirectories($"{root}/gpus").Select(
                card => SystemFiles.After($"{card}/information", "Model") ?? "unknown card").ToArray()
            : [];
        var driver = SystemFiles.After($"{root}/version", "NVRM version") ?? "unknown driver";
        return CheckResult.Advised(
            "gpu", true, $"{string.Join(", ", cards)}; {driver}; used by --device cuda when ROBOT_TORCH=cuda is set", "");
    }

    private static double? CpuLimit()
    {
        var parts = SystemFiles.Lines("/sys/fs/cgroup/cpu.max").FirstOrDefault()?.Split(' ');
        return parts is [var quota, var period]
            && double.TryParse(quota, CultureInfo.InvariantCulture, out var q)
            && double.TryParse(period, CultureInfo.InvariantCulture, out var p)
            ? q / p
            : null;
    }

    private static long Kibibytes(string key) =>
        long.TryParse(SystemFiles.After("/proc/meminfo", key)?.Split(' ')[0], CultureInfo.InvariantCulture, out var value)
            ? value << 10
            : 0;
}
