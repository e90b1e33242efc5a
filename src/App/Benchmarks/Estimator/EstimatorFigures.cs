using System.Globalization;
using System.Text.Json.Nodes;
using Robotics.App.Shell;

namespace Robotics.App.Benchmarks;

/// <summary>Tells what an estimator's benchmark found, to people and to programs.</summary>
internal static class EstimatorFigures
{
    /// <summary>Fills the result and prints the table.</summary>
    public static void Report(CommandOutput output, string preset, EstimatorBenchmark found)
    {
        var ratio = found.Libtorch.Milliseconds(0.5) / found.Compiled.Milliseconds(0.5);
        var result = output.Result;
        result["preset"] = preset;
        result["pinned"] = found.IsPinned;
        result["step"] = Figures(found.Compiled);
        result["step"]!["allocated_bytes"] = found.Compiled.AllocatedBytes;
        result["libtorch_step"] = Figures(found.Libtorch);
        result["ratio_libtorch_over_compiled"] = ratio;
        result["max_relative_error"] = found.MaximumRelativeError;
        output.Line($"{preset}: a step is predict, embed and correct, with seven joints and a camera of 64 x 64 pixels; one thread");
        output.Line("            ms min  ms median     ms p99       steps");
        Row(output, "compiled", found.Compiled);
        Row(output, "libtorch", found.Libtorch);
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"libtorch takes {ratio:F2} times as long (medians); the compiled filter allocated {found.Compiled.AllocatedBytes} bytes; beliefs differ by at most {found.MaximumRelativeError:E1} of the largest number"));
    }

    private static JsonObject Figures(StepTimer timer) => new()
    {
        ["ms_min"] = timer.Milliseconds(0),
        ["ms_median"] = timer.Milliseconds(0.5),
        ["ms_p99"] = timer.Milliseconds(0.99),
        ["steps"] = timer.Count,
    };

    private static void Row(CommandOutput output, string name, StepTimer timer) => output.Line(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-8} {timer.Milliseconds(0),9:F3} {timer.Milliseconds(0.5),10:F3} {timer.Milliseconds(0.99),10:F3} {timer.Count,11}"));
}
