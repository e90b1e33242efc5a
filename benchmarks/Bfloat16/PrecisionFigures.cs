using System.Globalization;
using Robotics.Core.Randomness;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;

namespace Robotics.Benchmarks.Bfloat16;

/// <summary>Prints the results of a precision study and adds them to the command's result.</summary>
internal static class PrecisionFigures
{
    /// <summary>Prints the comparisons of one model and adds them to the result.</summary>
    /// <param name="output">The command's output.</param>
    /// <param name="name">Key of the model: <c>early</c> or <c>late</c>.</param>
    /// <param name="trial">The trial after which it was saved.</param>
    /// <param name="probes">The comparisons.</param>
    public static void Report(CommandOutput output, string name, int trial, IReadOnlyList<PrecisionProbe> probes)
    {
        var range = probes.Average(p => p.GroundTruth - p.Random);
        double[] regrets = [.. probes.Select(p => (p.Reference - p.Other) / range)];
        var found = new DecisionComparison(
            trial,
            probes.Count,
            probes.Average(p => p.EliteOverlap),
            probes.Min(p => p.EliteOverlap),
            probes.Average(p => p.OverlapOfOtherNoise),
            probes.Average(p => p.RankCorrelation),
            regrets.Average(),
            Statistics.BootstrapInterval(regrets, RandomKey.FromSeed(0)),
            regrets.Average(Math.Abs),
            range);
        output.Add(new Dictionary<string, DecisionComparison> { [name] = found });
        var interval = found.RegretShareInterval;
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} model (trial {trial}), {found.Probes} decisions: elite overlap {found.EliteOverlap:F3} "
            + $"(another noise sample: {found.EliteOverlapOfOtherNoise:F3}); regret {found.RegretShare:P2} of the range "
            + $"from random to ground-truth dynamics (95 % interval {interval.Low:P2} to {interval.High:P2})"));
    }

    /// <summary>Prints the paired returns and adds them to the result.</summary>
    public static void Report(CommandOutput output, PairedReturns returns)
    {
        var found = new ReturnComparison(returns.Reference, returns.Other, returns.DifferenceShare, returns.DifferenceInterval);
        output.Add(new Dictionary<string, ReturnComparison> { ["returns"] = found });
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"returns over {found.Fp32.Count} seeds: fp32 {found.Fp32.Average():F2}, bf16 {found.Bf16.Average():F2}: "
            + $"{found.DifferenceShare:P1} "
            + $"(95 % interval {found.DifferenceShareInterval.Low:P1} to {found.DifferenceShareInterval.High:P1})"));
    }

    /// <summary>
    /// Decisions in bfloat16 compared with those in floats; regret is a fraction of the return range from random actions to
    /// ground-truth dynamics. Immutable.
    /// </summary>
    /// <param name="Trial">The trial after which the model was saved.</param>
    /// <param name="Probes">Number of decisions.</param>
    /// <param name="EliteOverlap">Share of elites in common, mean over decisions.</param>
    /// <param name="EliteOverlapMin">The same for the worst decision.</param>
    /// <param name="EliteOverlapOfOtherNoise">The same in floats, with other noise.</param>
    /// <param name="RankCorrelation">Spearman's correlation of the candidates' returns.</param>
    /// <param name="RegretShare">Mean regret.</param>
    /// <param name="RegretShareInterval">Its 95 % bootstrap interval.</param>
    /// <param name="RegretShareAbsolute">Mean absolute regret.</param>
    /// <param name="RandomToOracle">Return with ground-truth dynamics minus that of random actions.</param>
    private sealed record DecisionComparison(
        int Trial,
        int Probes,
        double EliteOverlap,
        double EliteOverlapMin,
        double EliteOverlapOfOtherNoise,
        double RankCorrelation,
        double RegretShare,
        Interval RegretShareInterval,
        double RegretShareAbsolute,
        double RandomToOracle);

    /// <summary>Returns over the same starts. Immutable.</summary>
    /// <param name="Fp32">[seeds], in floats.</param>
    /// <param name="Bf16">[seeds], in bfloat16.</param>
    /// <param name="DifferenceShare">Difference of the mean returns, bfloat16 minus floats, as a fraction.</param>
    /// <param name="DifferenceShareInterval">Its 95 % bootstrap interval.</param>
    private sealed record ReturnComparison(
        IReadOnlyList<double> Fp32, IReadOnlyList<double> Bf16, double DifferenceShare, Interval DifferenceShareInterval);
}
