using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Text.Json.Nodes;
using Robotics.App.Shell;

namespace Robotics.App.Benchmarks;

/// <summary>
/// Sees to it that a benchmark meets OpenBLAS at its best. The library chooses its kernels when it is loaded, and the environment
/// may hold it to those of an older processor (<c>OPENBLAS_CORETYPE=Haswell</c>), or the library may not know a newer one: then
/// ceiling and libtorch would look half as fast as they are.
/// </summary>
internal static class FastestBlas
{
    private const string Variable = "OPENBLAS_CORETYPE";
    private const string WideKernels = "SKYLAKEX";
    private static readonly string[] NarrowCores = ["Haswell", "Zen", "Sandybridge", "Nehalem", "Prescott", "Excavator", "Steamroller", "Piledriver", "Bulldozer", "Barcelona"];

    /// <summary>Whether this processor has AVX-512 and OpenBLAS does not use it.</summary>
    public static bool IsHeldBack(string coreName) =>
        Vector512.IsHardwareAccelerated
        && NarrowCores.Contains(coreName, StringComparer.OrdinalIgnoreCase)
        && !WideKernels.Equals(Environment.GetEnvironmentVariable(Variable), StringComparison.OrdinalIgnoreCase);

    /// <summary>Runs this program's command once more, in a process in which OpenBLAS uses AVX-512, and takes over what it says.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAgainAsync(CommandOutput output, CancellationToken cancellation)
    {
        using var process = Process.Start(Describe(output.IsJson))!;
        try
        {
            // Without --json it writes to our own standard output, and there is nothing to take over.
            var lines = output.IsJson ? await process.StandardOutput.ReadToEndAsync(cancellation) : "";
            await process.WaitForExitAsync(cancellation);
            foreach (var (name, value) in JsonNode.Parse(output.IsJson ? lines : "{}")!.AsObject())
                output.Result[name] = value?.DeepClone();
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;
    }

    private static ProcessStartInfo Describe(bool captured)
    {
        // The first argument is the assembly, which only the dotnet host wants to be told.
        var program = Environment.ProcessPath!;
        var arguments = Environment.GetCommandLineArgs();
        var start = new ProcessStartInfo(program, Path.GetFileNameWithoutExtension(program) == "dotnet" ? arguments : arguments.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardOutput = captured,
        };
        start.Environment[Variable] = WideKernels;
        return start;
    }
}
