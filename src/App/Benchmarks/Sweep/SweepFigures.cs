using System.Globalization;
using System.Text.Json.Nodes;
using Robotics.App.Shell;
using Robotics.Data;
using Robotics.Learning;

namespace Robotics.App.Benchmarks;

/// <summary>Tells what a sweep found: a table, a plot, JSON.</summary>
internal static class SweepFigures
{
    private const double LargestVariation = 0.1;

    /// <summary>Fills the result, prints the table and draws the plot.</summary>
    public static void Report(CommandOutput output, PlannerBenchmarkOptions options, PlannerSweep sweep, string folder)
    {
        var plot = Path.Combine(folder, "sweep.svg");
        AtomicFile.WriteText(plot, Draw(options.Preset.Name, sweep.Points).Render());
        var isVoid = sweep.Variation > LargestVariation;
        output.Result["preset"] = options.Preset.Name;
        output.Result["threads"] = options.Threads;
        output.Result["propagation"] = options.Propagation.ToString();
        output.Result["precision"] = options.Precision.ToString();
        output.Result["void"] = isVoid;
        output.Result["variation"] = sweep.Variation;
        output.Result["sweep"] = new JsonArray([.. sweep.Points.Select(ToJson)]);
        output.Result["plot"] = plot;
        output.Line("axis           value  times     GFLOP     ms min  ms median   GFLOP/s  decisions");
        foreach (var p in sweep.Points)
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{p.Axis,-12} {p.Value,7} {p.Factor,6:F2} {p.Gigaflop,9:F2} {p.MillisecondsMinimum,10:F2} {p.MillisecondsMedian,10:F2} {p.Gigaflops,9:F1} {p.Decisions,10}"));
        output.Line($"Plot: {plot}");
        if (isVoid)
            output.Line("Void: the preset's own size took times that differ by more than 10 %, so something else was using the machine.");
    }

    /// <summary>Time over size, both as multiples of the preset's.</summary>
    internal static PlotSvg Draw(string preset, IReadOnlyList<SweepPoint> points)
    {
        string[] colours = [PlotPalette.Blue, PlotPalette.Vermilion, PlotPalette.Green, PlotPalette.Purple, PlotPalette.Grey];
        var layers = points.GroupBy(p => p.Axis).Select((axis, i) =>
        {
            var own = axis.FirstOrDefault(p => p.Factor == 1) ?? points.First(p => p.Factor == 1);
            return (PlotLayer)new LineLayer([.. axis.Select(p => p.Factor)], [.. axis.Select(p => p.MillisecondsMedian / own.MillisecondsMedian)])
            {
                Label = axis.Key,
                Colour = colours[i % colours.Length],
                Markers = true,
            };
        });
        var largest = points.MaxBy(p => p.MillisecondsMedian)!;
        return new PlotSvg
        {
            Title = $"What a decision of {preset} costs",
            Description = $"The time of a decision as each size is changed by itself; the most, {Figure.Of(largest.MillisecondsMedian)} ms, is with {largest.Axis} {Figure.Of(largest.Factor)} times the preset's.",
            XLabel = "size, times the preset's",
            YLabel = "time, times the preset's",
            Layers = [.. layers],
        };
    }

    private static JsonNode ToJson(SweepPoint p) => new JsonObject
    {
        ["axis"] = p.Axis,
        ["value"] = p.Value,
        ["factor"] = p.Factor,
        ["ms_min"] = p.MillisecondsMinimum,
        ["ms_median"] = p.MillisecondsMedian,
        ["gflop"] = p.Gigaflop,
        ["gflops"] = p.Gigaflops,
        ["decisions"] = p.Decisions,
    };
}
