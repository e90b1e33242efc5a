using System.Globalization;
using System.Text.Json.Nodes;
using Robotics.App.Shell;
using Robotics.Core;
using Robotics.Learning;

namespace Robotics.App.Benchmarks;

/// <summary>Tells what a study of precision found, to people and programs.</summary>
internal static class PrecisionFigures
{
    /// <summary>Prints one model's comparisons and puts them into the result.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="name">Which model, as a key: <c>early</c> or <c>late</c>.</param>
    /// <param name="trial">The trial after which it was saved.</param>
    /// <param name="probes">The comparisons.</param>
    public static void Report(CommandOutput output, string name, int trial, IReadOnlyList<PrecisionProbe> probes)
    {
        var range = probes.Average(p => p.Oracle - p.Random);
        double[] regrets = [.. probes.Select(p => (p.Reference - p.Other) / range)];
        var interval = Statistics.BootstrapInterval(regrets, RandomKey.FromSeed(0));
        var overlap = probes.Average(p => p.EliteOverlap);
        var yardstick = probes.Average(p => p.OverlapOfOtherNoise);
        output.Result[name] = new JsonObject
        {
            ["trial"] = trial,
            ["probes"] = probes.Count,
            ["elite_overlap"] = CommandOutput.Number(overlap),
            ["elite_overlap_min"] = CommandOutput.Number(probes.Min(p => p.EliteOverlap)),
            ["elite_overlap_of_other_noise"] = CommandOutput.Number(yardstick),
            ["rank_correlation"] = CommandOutput.Number(probes.Average(p => p.RankCorrelation)),
            ["regret_share"] = CommandOutput.Number(regrets.Average()),
            ["regret_share_interval"] = new JsonArray(CommandOutput.Number(interval.Low), CommandOutput.Number(interval.High)),
            ["regret_share_absolute"] = CommandOutput.Number(regrets.Average(Math.Abs)),
            ["random_to_oracle"] = CommandOutput.Number(range),
        };
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} model (trial {trial}), {probes.Count} decisions: elite overlap {overlap:F3} (another draw of the noise: {yardstick:F3}); regret {regrets.Average():P2} of random to oracle (95 % interval {interval.Low:P2} to {interval.High:P2})"));
    }

    /// <summary>Prints the paired returns and puts them into the result.</summary>
    public static void Report(CommandOutput output, PairedReturns returns)
    {
        var interval = returns.DifferenceInterval;
        output.Result["returns"] = new JsonObject
        {
            ["fp32"] = new JsonArray([.. returns.Reference.Select(CommandOutput.Number)]),
            ["bf16"] = new JsonArray([.. returns.Other.Select(CommandOutput.Number)]),
            ["difference_share"] = CommandOutput.Number(returns.DifferenceShare),
            ["difference_share_interval"] = new JsonArray(CommandOutput.Number(interval.Low), CommandOutput.Number(interval.High)),
        };
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"returns over {returns.Reference.Count} seeds: fp32 {returns.Reference.Average():F2}, bf16 {returns.Other.Average():F2}: {returns.DifferenceShare:P1} (95 % interval {interval.Low:P1} to {interval.High:P1})"));
    }
}
