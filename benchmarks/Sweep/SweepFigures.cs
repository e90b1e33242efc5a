using System.Globalization;
using Robotics.Benchmarks.Planner;
using Robotics.Data.Storage;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Reporting.Pages;
using Robotics.Reporting.Plots;

namespace Robotics.Benchmarks.Sweep;

/// <summary>Reports the results of a sweep: a table, a plot, JSON.</summary>
internal static class SweepFigures
{
    private const double MaximumVariation = 0.1;

    /// <summary>Fills the result, prints the table and draws the plot.</summary>
    public static void Report(CommandOutput output, PlannerBenchmarkOptions options, PlannerSweep sweep, string folder)
    {
        var plot = Path.Combine(folder, "sweep.svg");
        AtomicFile.WriteText(plot, Draw(options.Preset.Name, sweep.Points).Render());
        var found = new SweepResult(
            options.Preset.Name, options.Threads, options.Propagation.ToString(), options.Precision.ToString(),
            sweep.Variation > MaximumVariation, sweep.Variation, sweep.Points, plot);
        output.Add(found);
        output.Table(new ReportTable(
            $"{found.Preset}: a decision as each size is changed by itself",
            ["axis", "value", "times", "GFLOP", "ms min", "ms median", "GFLOP/s", "decisions"],
            [.. found.Sweep.Select(ToRow)]));
        output.Line($"Plot: {plot}");
        if (found.Void)
            output.Line("Void: the preset's own size took times that differ by more than 10 %, so something else was using the machine.");
    }

    private static IReadOnlyList<string> ToRow(SweepPoint p) =>
    [
        p.Axis, Text($"{p.Value}"), Text($"{p.Factor:F2}"), Text($"{p.Gigaflop:F2}"),
        Text($"{p.MillisecondsMinimum:F2}"), Text($"{p.MillisecondsMedian:F2}"), Text($"{p.Gigaflops:F1}"), Text($"{p.Decisions}"),
    ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Time over size, both as multiples of the preset's.</summary>
    internal static PlotSvg Draw(string preset, IReadOnlyList<SweepPoint> points)
    {
        string[] colours = [PlotPalette.Blue, PlotPalette.Vermilion, PlotPalette.Green, PlotPalette.Purple, PlotPalette.Grey];
        var layers = points.GroupBy(p => p.Axis).Select((axis, i) =>
        {
            var own = axis.FirstOrDefault(p => p.Factor == 1) ?? points.First(p => p.Factor == 1);
            return (PlotLayer)new LineLayer(
                [.. axis.Select(p => p.Factor)], [.. axis.Select(p => p.MillisecondsMedian / own.MillisecondsMedian)])
            {
                Label = axis.Key,
                Colour = colours[i % colours.Length],
                Markers = true,
            };
        });
        var largest = points.MaxBy(p => p.MillisecondsMedian)!;
        return new PlotSvg
        {
            Title = $"Cost of a decision of {preset}",
            Description = $"The time of a decision as each size is changed by itself; the most, {Figure.From(largest.MillisecondsMedian)} "
                + $"ms, is with {largest.Axis} {Figure.From(largest.Factor)} times the preset's.",
            XLabel = "size, times the preset's",
            YLabel = "time, times the preset's",
            Layers = [.. layers],
        };
    }

    /// <summary>The result. Immutable.</summary>
    /// <param name="Preset">The preset's name.</param>
    /// <param name="Threads">Number of threads.</param>
    /// <param name="Propagation">Propagation of particles through members.</param>
    /// <param name="Precision">Number format of the networks' products.</param>
    /// <param name="Void">True when the machine was disturbed, so that the times are invalid.</param>
    /// <param name="Variation">Relative difference of times of the same size.</param>
    /// <param name="Sweep">The sizes.</param>
    /// <param name="Plot">File of the plot.</param>
    private sealed record SweepResult(
        string Preset, int Threads, string Propagation, string Precision, bool Void, double Variation,
        IReadOnlyList<SweepPoint> Sweep, string Plot);
}
