using System.Globalization;
using Robotics.Benchmarks.Planner;
using Robotics.Reporting.Output;
using Robotics.Reporting.Pages;

namespace Robotics.Benchmarks.Latent;

/// <summary>Prints the results of a benchmark of planning in the belief and fills the command's result.</summary>
internal static class LatentBenchmarkFigures
{
    /// <summary>Fills the result and prints the table.</summary>
    public static void Report(CommandOutput output, LatentPreset preset, int threads, LatentBenchmark found)
    {
        var result = new BenchmarkResult(
            preset.Name, threads, preset.Planner.Horizon, found.Timers[0].Timer.Sequences,
            preset.Latent.Rollout.Particles, found.MaximumRelativeError);
        var times = found.Timers.ToDictionary(t => t.Name, t => DecisionTimes.From(t.Timer));
        output.Add(result);
        output.Add(times);
        output.Table(new ReportTable(
            $"{preset.Name}: {result.SequencesPerDecision} sequences of {result.Horizon} steps a decision, "
            + $"{result.Particles} particles; {threads} threads, libtorch 1",
            ["", "ms min", "ms median", "ms p99", "decisions"],
            [.. times.Select(t => t.Value.ToRow(t.Key))]));
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"compiled decisions allocated {times.Where(t => t.Key != "libtorch").Sum(t => t.Value.AllocatedBytes)} bytes; "
            + $"returns along the means differ from libtorch's by at most {result.MaxRelativeError:E1} of the largest"));
    }

    /// <summary>Results. Immutable.</summary>
    /// <param name="Preset">Name of the sizes.</param>
    /// <param name="Threads">Number of threads.</param>
    /// <param name="Horizon">Steps planned ahead.</param>
    /// <param name="SequencesPerDecision">Action sequences of a decision.</param>
    /// <param name="Particles">Particles of each.</param>
    /// <param name="MaxRelativeError">Maximum difference of the returns, relative to the maximum return.</param>
    private sealed record BenchmarkResult(
        string Preset, int Threads, int Horizon, long SequencesPerDecision, int Particles, double MaxRelativeError);

    /// <summary>Times of a decision, ms. Immutable.</summary>
    /// <param name="MsMin">The fastest.</param>
    /// <param name="MsMedian">The median.</param>
    /// <param name="MsP99">The 99 % quantile.</param>
    /// <param name="Decisions">Number of decisions timed.</param>
    /// <param name="AllocatedBytes">Bytes allocated.</param>
    /// <param name="GflopPerDecision">Work of a decision, GFLOP.</param>
    /// <param name="Failed">True when a decision had no finite rollout.</param>
    private sealed record DecisionTimes(
        double MsMin, double MsMedian, double MsP99, int Decisions, long AllocatedBytes, double GflopPerDecision, bool Failed)
    {
        /// <summary>Results of a timer.</summary>
        public static DecisionTimes From(DecisionTimer timer) => new(
            timer.Milliseconds(0), timer.Milliseconds(0.5), timer.Milliseconds(0.99), timer.Count,
            timer.AllocatedBytes, timer.GigaflopPerDecision, timer.Failed);

        /// <summary>The times as a row of a table.</summary>
        public IReadOnlyList<string> ToRow(string name) =>
            [name, Text($"{MsMin:F2}"), Text($"{MsMedian:F2}"), Text($"{MsP99:F2}"), Text($"{Decisions}")];

        private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
