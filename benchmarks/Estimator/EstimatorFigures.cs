using System.Globalization;
using System.Text.Json.Serialization;
using Robotics.Reporting.Output;
using Robotics.Reporting.Pages;

namespace Robotics.Benchmarks.Estimator;

/// <summary>Prints the results of an estimator benchmark and fills the command's result.</summary>
internal static class EstimatorFigures
{
    /// <summary>Fills the result and prints the table.</summary>
    public static void Report(CommandOutput output, string preset, EstimatorBenchmark found)
    {
        var result = new BenchmarkResult(
            preset,
            found.IsPinned,
            StepTimes.From(found.Compiled) with { AllocatedBytes = found.Compiled.AllocatedBytes },
            StepTimes.From(found.Libtorch),
            found.Libtorch.Milliseconds(0.5) / found.Compiled.Milliseconds(0.5),
            found.MaximumRelativeError);
        output.Add(result);
        output.Table(new ReportTable(
            $"{preset}: a step is predict, embed and correct, with seven joints and a camera of 64 x 64 pixels; one thread",
            ["", "ms min", "ms median", "ms p99", "steps"],
            [result.Step.ToRow("compiled"), result.LibtorchStep.ToRow("libtorch")]));
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"libtorch takes {result.RatioLibtorchOverCompiled:F2} times as long (medians); the compiled filter allocated "
            + $"{result.Step.AllocatedBytes} bytes; beliefs differ by at most {result.MaxRelativeError:E1} of the largest number"));
    }

    /// <summary>The result. Immutable.</summary>
    /// <param name="Preset">Name of the model's sizes.</param>
    /// <param name="Pinned">True when the thread was pinned to a core.</param>
    /// <param name="Step">The compiled filter.</param>
    /// <param name="LibtorchStep">The same on libtorch.</param>
    /// <param name="RatioLibtorchOverCompiled">Ratio of the medians.</param>
    /// <param name="MaxRelativeError">Maximum relative difference of the beliefs.</param>
    private sealed record BenchmarkResult(
        string Preset, bool Pinned, StepTimes Step, StepTimes LibtorchStep, double RatioLibtorchOverCompiled, double MaxRelativeError);

    /// <summary>Times of a filter's step, ms. Immutable.</summary>
    /// <param name="MsMin">The fastest.</param>
    /// <param name="MsMedian">The median.</param>
    /// <param name="MsP99">The 99 % quantile.</param>
    /// <param name="Steps">Number of steps timed.</param>
    private sealed record StepTimes(double MsMin, double MsMedian, double MsP99, int Steps)
    {
        /// <summary>Bytes allocated by the steps; null where not measured.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public long? AllocatedBytes { get; init; }

        /// <summary>Results of a timer.</summary>
        public static StepTimes From(StepTimer timer) =>
            new(timer.Milliseconds(0), timer.Milliseconds(0.5), timer.Milliseconds(0.99), timer.Count);

        /// <summary>The times as a row of a table.</summary>
        public IReadOnlyList<string> ToRow(string name) =>
            [name, Text($"{MsMin:F3}"), Text($"{MsMedian:F3}"), Text($"{MsP99:F3}"), Text($"{Steps}")];

        private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
