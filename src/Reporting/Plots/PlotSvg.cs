namespace Robotics.Reporting.Plots;

/// <summary>
/// A plot as self-contained SVG: axes with round numbers, grid, legend, layers; described in words for who cannot see it.
/// Immutable; thread-safe.
/// </summary>
public sealed record PlotSvg
{
    private const double LegendRow = 20;
    private const double CharacterWidth = 7;
    private const string Font = "font-family=\"system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif\"";

    /// <summary>The title above the plot.</summary>
    public required string Title { get; init; }

    /// <summary>Description of the plot, one sentence.</summary>
    public required string Description { get; init; }

    /// <summary>The name of the abscissa, with unit.</summary>
    public required string XLabel { get; init; }

    /// <summary>The name of the ordinate, with unit.</summary>
    public required string YLabel { get; init; }

    /// <summary>Layers, from back to front.</summary>
    public required IReadOnlyList<PlotLayer> Layers { get; init; }

    /// <summary>Width of the drawing. Default: 760.</summary>
    public double Width { get; init; } = 760;

    /// <summary>Height of the drawing. Default: 380.</summary>
    public double Height { get; init; } = 380;

    /// <summary>True when the abscissa is a count. Default: false.</summary>
    public bool CountsOnX { get; init; }

    /// <summary>The drawing.</summary>
    public string Render()
    {
        var svg = new SvgWriter();
        var entries = PlaceLegend();
        var legendRows = entries.Count == 0 ? 0 : entries[^1].Row + 1;
        var scale = CreateScale(40 + (legendRows * LegendRow));
        svg.Raw(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SvgWriter.Number(Width)} {SvgWriter.Number(Height)}\" "
            + $"role=\"img\" {Font} font-size=\"13\" fill=\"{PlotPalette.Ink}\">");
        svg.Raw($"<title>{SvgWriter.Escape(Title)}</title><desc>{SvgWriter.Escape(Description)}</desc>");
        svg.Rectangle(0, 0, Width, Height, "fill=\"#FFFFFF\"");
        svg.Text(scale.Left, 22, Title, "font-size=\"15\" font-weight=\"600\"");
        foreach (var (layer, x, row) in entries)
        {
            var y = 34 + (row * LegendRow);
            layer.DrawSample(svg, x, y);
            svg.Text(x + 28, y + 10.5, layer.Label!, "");
        }

        DrawAxes(svg, scale);
        foreach (var layer in Layers)
            layer.Draw(svg, scale);
        return svg.Raw("</svg>").ToString();
    }

    private List<(PlotLayer Layer, double X, int Row)> PlaceLegend()
    {
        var placed = new List<(PlotLayer, double, int)>();
        var (x, row) = (64.0, 0);
        foreach (var layer in Layers.Where(l => l.Label is not null))
        {
            var width = 28 + (layer.Label!.Length * CharacterWidth) + 18;
            if (x > 64 && x + width > Width)
                (x, row) = (64, row + 1);
            placed.Add((layer, x, row));
            x += width;
        }

        return placed;
    }

    private PlotScale CreateScale(double top)
    {
        var xs = Layers.SelectMany(l => l.Xs).Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var ys = Layers.SelectMany(l => l.Ys).Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var xTicks = new NiceTicks(xs.Min(), xs.Max(), 9, CountsOnX);
        var yTicks = new NiceTicks(ys.Min(), ys.Max());
        var (low, high) = xs.Min() < xs.Max() ? (xs.Min(), xs.Max()) : (xTicks.Low, xTicks.High);
        return new PlotScale(64, top, Width - 64 - 20, Height - top - 50, xTicks, yTicks, low, high);
    }

    private void DrawAxes(SvgWriter svg, PlotScale scale)
    {
        foreach (var tick in scale.YTicks.Values)
        {
            svg.Line(scale.Left, scale.Y(tick), scale.Right, scale.Y(tick), $"stroke=\"{PlotPalette.Grid}\"");
            svg.Text(scale.Left - 8, scale.Y(tick) + 4.5, scale.YTicks.Label(tick), "text-anchor=\"end\"");
        }

        // Ticks beyond the data's range would lie outside the frame.
        var slack = 1e-9 * (scale.XHigh - scale.XLow);
        foreach (var tick in scale.XTicks.Values.Where(t => t >= scale.XLow - slack && t <= scale.XHigh + slack))
        {
            svg.Line(scale.X(tick), scale.Bottom, scale.X(tick), scale.Bottom + 5, $"stroke=\"{PlotPalette.Grey}\"");
            svg.Text(scale.X(tick), scale.Bottom + 19, scale.XTicks.Label(tick), "text-anchor=\"middle\"");
        }

        svg.Line(scale.Left, scale.Bottom, scale.Right, scale.Bottom, $"stroke=\"{PlotPalette.Grey}\"");
        svg.Text(scale.Left + (scale.Width / 2), Height - 10, XLabel, "text-anchor=\"middle\"");
        var middle = scale.Top + (scale.Height / 2);
        svg.Text(15, middle, YLabel, $"text-anchor=\"middle\" transform=\"rotate(-90 15 {SvgWriter.Number(middle)})\"");
    }
}
