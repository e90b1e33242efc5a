using System.Globalization;
using Robotics.Benchmarks.Machine;
using Robotics.Core.Time;
using Robotics.TorchExtras;

namespace Robotics.Cli.Doctor;

/// <summary>libtorch as this process has loaded it: version, correctness of convolutions, speed of matrix products.</summary>
internal static class TorchChecks
{
    private const int Size = 384;
    private const int Repetitions = 5;

    /// <summary>Loads libtorch and reads version, variant and file.</summary>
    public static CheckResult Library()
    {
        try
        {
            var variant = TorchProcess.HasCuda ? "for CUDA"
                : TorchProcess.HasCudaBuild ? "for CUDA, which finds no device,"
                : "for the processor; ROBOT_TORCH=cuda takes the one for CUDA";
            _ = TorchProcess.Threads;
            var file = SystemFiles.Lines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..])
                .FirstOrDefault(path => path.EndsWith("/libtorch_cpu.so", StringComparison.Ordinal)) ?? "of an unknown place";
            return CheckResult.Required("libtorch", true, $"{TorchProcess.Version} {variant} ({file})", "");
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or NotSupportedException)
        {
            var reason = e.GetBaseException().Message.Split('\n')[0].TrimEnd();
            return CheckResult.Required(
                "libtorch", false, $"does not load: {reason}",
                "delete artifacts/ and src/*/obj, and call ./robot doctor again, which restores it");
        }
    }

    /// <summary>A small convolution, forward and gradients, against the same in doubles.</summary>
    public static CheckResult Convolutions()
    {
        var error = ConvolutionProbe.MaximumRelativeError();
        var why = (OneDnn.CachesAreHidden, OneDnn.Limit) switch
        {
            (true, OneDnn.SafeInstructions) =>
                $"; held to {OneDnn.SafeInstructions} because this virtual machine hides the sizes of the processor's caches, "
                + "with which oneDNN would compute wrong convolutions; image models convolve by matrix products, see docs/torch.md",
            (_, { } limit) => $"; {OneDnn.Variable}={limit} in the environment",
            _ => "",
        };
        var found = string.Create(CultureInfo.InvariantCulture, $"within {error:E0} of those in double precision{why}");
        return CheckResult.Required(
            "convolutions", error < ConvolutionProbe.Tolerance, found,
            $"set {OneDnn.Variable}={OneDnn.SafeInstructions} in the environment and call this again");
    }

    /// <summary>The best of a few products of 384 × 384 matrices on one thread.</summary>
    public static CheckResult Products(IClock clock)
    {
        using var product = new MatrixProduct(clock, Size);
        var gigaflops = product.Measure(threads: 1, Repetitions);
        var found = string.Create(CultureInfo.InvariantCulture, $"{gigaflops:F0} GFLOP/s on one thread, single precision");
        return CheckResult.Advised("products", true, found, "");
    }
}
