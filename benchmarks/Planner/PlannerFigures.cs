using System.Globalization;
using Robotics.Inference.Ensembles;
using Robotics.Reporting.Output;

namespace Robotics.Benchmarks.Planner;

/// <summary>Prints the results of a planner benchmark and fills the command's result.</summary>
internal static class PlannerFigures
{
    private const double MaximumVariation = 0.1;

    /// <summary>Fills the result and prints the table.</summary>
    public static void Report(CommandOutput output, PlannerBenchmarkOptions options, PlannerBenchmark found)
    {
        var ceiling = found.Ceilings.Max();
        var variation = 1 - (found.Ceilings.Min() / ceiling);
        var isVoid = variation > MaximumVariation || found.Fused.Failed || found.Libtorch is { Failed: true };
        var ratio = found.Libtorch is null ? double.NaN : found.Libtorch.Milliseconds(0.5) / found.Fused.Milliseconds(0.5);
        output.Add(new PlannerResult(
            options.Preset.Name, options.Threads, options.Propagation.ToString(), options.Precision.ToString(), isVoid,
            found.Fused.GigaflopPerDecision, found.Fused.Sequences, new FusedResult(found.Fused, ceiling),
            found.Libtorch is null ? null : new DecisionResult(found.Libtorch), ceiling, variation, ratio));
        Print(output, options, found, ceiling, variation, ratio);
        if (isVoid)
            output.Line(variation > MaximumVariation
                ? "Void: the ceiling itself varied by more than 10 %, so something else was using the machine."
                : "Void: a decision had no finite rollout.");
    }

    private static void Print(
        CommandOutput output, PlannerBenchmarkOptions options, PlannerBenchmark found, double ceiling, double variation, double ratio)
    {
        var preset = options.Preset;
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{preset.Name}: {found.Fused.Sequences} rollouts of {preset.Planner.Horizon} steps with "
                + $"{options.Propagation.Carried(preset.Particles)} particles, {found.Fused.GigaflopPerDecision:F1} GFLOP a decision; "
                + $"{options.Threads} threads, {options.Propagation}"));
        output.Line("            ms min  ms median     ms p99   GFLOP/s  of ceiling   decisions");
        Row(output, "fused", found.Fused, ceiling);
        if (found.Libtorch is not null)
            Row(output, "libtorch", found.Libtorch, ceiling);
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"ceiling: {ceiling:F1} GFLOP/s (best product of 1024 x 1024 matrices by libtorch), varied by {variation:P1}"));
        if (double.IsFinite(ratio))
            output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"libtorch takes {ratio:F2} times as long as fused (medians); fused allocated {found.Fused.AllocatedBytes} bytes"));
    }

    private static void Row(CommandOutput output, string name, DecisionTimer timer, double ceiling) => output.Line(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-8} {timer.Milliseconds(0),9:F2} {timer.Milliseconds(0.5),10:F2} {timer.Milliseconds(0.99),10:F2} "
            + $"{timer.BestGigaflops,9:F1} {timer.BestGigaflops / ceiling,11:P1} {timer.Count,11}"));
}
