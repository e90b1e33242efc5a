using System.Globalization;
using System.Text.Json.Nodes;
using Robotics.App.Shell;

namespace Robotics.App.Benchmarks;

/// <summary>Tells what a benchmark of planning in the belief found, to people and to programs.</summary>
internal static class LatentBenchmarkFigures
{
    /// <summary>Fills the result and prints the table.</summary>
    public static void Report(CommandOutput output, LatentPreset preset, int threads, LatentBenchmark found)
    {
        var result = output.Result;
        (result["preset"], result["threads"], result["horizon"]) = (preset.Name, threads, preset.Planner.Horizon);
        result["sequences_per_decision"] = found.Timers[0].Timer.Sequences;
        result["particles"] = preset.Latent.Rollout.Particles;
        result["max_relative_error"] = found.MaximumRelativeError;
        output.Line($"{preset.Name}: {found.Timers[0].Timer.Sequences} sequences of {preset.Planner.Horizon} steps a decision, {preset.Latent.Rollout.Particles} particles; {threads} threads, libtorch 1");
        output.Line("                         ms min  ms median     ms p99   decisions");
        foreach (var (name, timer) in found.Timers)
        {
            result[name] = Figures(timer);
            output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-21} {timer.Milliseconds(0),9:F2} {timer.Milliseconds(0.5),10:F2} {timer.Milliseconds(0.99),10:F2} {timer.Count,11}"));
        }

        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"compiled decisions allocated {found.Timers.Where(t => t.Name != "libtorch").Sum(t => t.Timer.AllocatedBytes)} bytes; returns along the means differ from libtorch's by at most {found.MaximumRelativeError:E1} of the largest"));
    }

    private static JsonObject Figures(DecisionTimer timer) => new()
    {
        ["ms_min"] = timer.Milliseconds(0),
        ["ms_median"] = timer.Milliseconds(0.5),
        ["ms_p99"] = timer.Milliseconds(0.99),
        ["decisions"] = timer.Count,
        ["allocated_bytes"] = timer.AllocatedBytes,
        ["gflop_per_decision"] = timer.GigaflopPerDecision,
        ["failed"] = timer.Failed,
    };
}
