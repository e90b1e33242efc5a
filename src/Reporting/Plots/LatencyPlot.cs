using Robotics.Core.Threading;
using Robotics.Reporting.Numbers;

namespace Robotics.Reporting.Plots;

/// <summary>Histogram of durations. Thread-safe.</summary>
public static class LatencyPlot
{
    private const int Bars = 40;

    /// <summary>Draws durations up to the 99.9 % quantile; longer ones are in the last bar.</summary>
    /// <param name="title">Title.</param>
    /// <param name="durations">At least one duration.</param>
    /// <param name="deadline">Maximum duration; null to leave it out.</param>
    public static PlotSvg Create(string title, LatencyHistogram durations, TimeSpan? deadline)
    {
        var high = Math.Max(durations.Quantile(0.999) * 1e-6, 1e-6);
        double[] edges = [.. Enumerable.Range(0, Bars + 1).Select(i => high * i / Bars)];
        var heights = new double[Bars];
        foreach (var (upper, count) in durations.Buckets())
            heights[Math.Min((int)(Math.Min(upper * 1e-6, high) / high * Bars), Bars - 1)] += count;
        var layers = new List<PlotLayer>
        {
            new BarLayer(edges, heights) { Colour = PlotPalette.Sky, Label = $"{Figure.Count(durations.Count)} times" },
            Mark(durations, 0.5, "half are faster") with { Colour = PlotPalette.Ink, Dash = "2 4" },
            Mark(durations, 0.99, "99 % are faster") with { Colour = PlotPalette.Vermilion },
        };
        if (deadline is { } limit && limit.TotalMilliseconds <= high * 2)
            layers.Add(new VerticalLayer(limit.TotalMilliseconds) { Colour = PlotPalette.Purple, Label = "deadline", Dash = "10 3" });
        return new PlotSvg
        {
            Title = title,
            Description = $"Half of {Figure.Count(durations.Count)} durations are below {Figure.From(durations.Quantile(0.5) * 1e-6)} "
                + $"ms, 99 % below {Figure.From(durations.Quantile(0.99) * 1e-6)} ms; the longest is "
                + $"{Figure.From(durations.MaximumNanoseconds * 1e-6)} ms.",
            XLabel = "ms",
            YLabel = "count",
            Height = 320,
            Layers = layers,
        };
    }

    private static VerticalLayer Mark(LatencyHistogram durations, double share, string label) =>
        new(durations.Quantile(share) * 1e-6) { Label = $"{label} than {Figure.From(durations.Quantile(share) * 1e-6)} ms" };
}
