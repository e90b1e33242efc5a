using System.Text;

namespace Robotics.Reporting.Plots;

/// <summary>Something drawn in a plot; later layers lie on earlier ones. Immutable; thread-safe.</summary>
public abstract record PlotLayer
{
    /// <summary>The colour.</summary>
    public string Colour { get; init; } = PlotPalette.Blue;

    /// <summary>Its name in the legend; null to leave it out.</summary>
    public string? Label { get; init; }

    internal abstract IEnumerable<double> Xs { get; }

    internal abstract IEnumerable<double> Ys { get; }

    internal abstract void Draw(SvgWriter svg, PlotScale scale);

    /// <summary>Draws the sample of the legend in a box of 22 × 12.</summary>
    internal abstract void DrawSample(SvgWriter svg, double x, double y);
}

/// <summary>A line through points; a NaN breaks it.</summary>
/// <param name="X">The points' abscissae.</param>
/// <param name="Y">Their ordinates.</param>
public sealed record LineLayer(IReadOnlyList<double> X, IReadOnlyList<double> Y) : PlotLayer
{
    /// <summary>Width, in units of the drawing. Default: 2.</summary>
    public double Width { get; init; } = 2;

    /// <summary>The dash pattern; null for a solid line.</summary>
    public string? Dash { get; init; }

    /// <summary>Opacity, 0 to 1. Default: 1.</summary>
    public double Opacity { get; init; } = 1;

    /// <summary>True when each point has a dot. Default: false.</summary>
    public bool Markers { get; init; }

    internal override IEnumerable<double> Xs => X;

    internal override IEnumerable<double> Ys => Y;

    private string Style =>
        $"fill=\"none\" stroke=\"{Colour}\" stroke-width=\"{SvgWriter.Number(Width)}\" stroke-opacity=\"{SvgWriter.Number(Opacity)}\" "
        + $"stroke-linejoin=\"round\"{(Dash is null ? "" : $" stroke-dasharray=\"{Dash}\"")}";

    internal override void Draw(SvgWriter svg, PlotScale scale)
    {
        var path = new StringBuilder();
        var broken = true;
        for (var i = 0; i < X.Count; i++)
        {
            if (!double.IsFinite(Y[i]))
            {
                broken = true;
                continue;
            }

            path.Append(broken ? 'M' : 'L').Append(SvgWriter.Number(scale.X(X[i]))).Append(' ').Append(SvgWriter.Number(scale.Y(Y[i])));
            broken = false;
        }

        if (path.Length > 0)
            svg.Path(path.ToString(), Style);
        for (var i = 0; Markers && i < X.Count; i++)
        {
            if (double.IsFinite(Y[i]))
                svg.Circle(scale.X(X[i]), scale.Y(Y[i]), 3, $"fill=\"{Colour}\"");
        }
    }

    internal override void DrawSample(SvgWriter svg, double x, double y)
    {
        svg.Line(x, y + 6, x + 22, y + 6, Style);
        if (Markers)
            svg.Circle(x + 11, y + 6, 3, $"fill=\"{Colour}\"");
    }
}

/// <summary>Points that are not joined, as hollow squares.</summary>
/// <param name="X">The points' abscissae.</param>
/// <param name="Y">Their ordinates; a NaN leaves the point out.</param>
public sealed record PointLayer(IReadOnlyList<double> X, IReadOnlyList<double> Y) : PlotLayer
{
    internal override IEnumerable<double> Xs => X;

    internal override IEnumerable<double> Ys => Y;

    internal override void Draw(SvgWriter svg, PlotScale scale)
    {
        for (var i = 0; i < X.Count; i++)
        {
            if (double.IsFinite(Y[i]))
                DrawPoint(svg, scale.X(X[i]), scale.Y(Y[i]));
        }
    }

    internal override void DrawSample(SvgWriter svg, double x, double y) => DrawPoint(svg, x + 11, y + 6);

    private void DrawPoint(SvgWriter svg, double x, double y) =>
        svg.Rectangle(x - 4, y - 4, 8, 8, $"fill=\"#FFFFFF\" stroke=\"{Colour}\" stroke-width=\"2\"");
}

/// <summary>An area between two lines.</summary>
/// <param name="X">The abscissae.</param>
/// <param name="Low">The lower line.</param>
/// <param name="High">The upper line.</param>
public sealed record BandLayer(IReadOnlyList<double> X, IReadOnlyList<double> Low, IReadOnlyList<double> High) : PlotLayer
{
    /// <summary>Opacity, 0 to 1. Default: 0.2.</summary>
    public double Opacity { get; init; } = 0.2;

    internal override IEnumerable<double> Xs => X;

    internal override IEnumerable<double> Ys => Low.Concat(High);

    private string Style => $"fill=\"{Colour}\" fill-opacity=\"{SvgWriter.Number(Opacity)}\" stroke=\"none\"";

    internal override void Draw(SvgWriter svg, PlotScale scale)
    {
        var known = Enumerable.Range(0, X.Count).Where(i => double.IsFinite(Low[i]) && double.IsFinite(High[i])).ToList();
        if (known.Count == 0)
            return;
        var points = known.Select(i => (X[i], Y: High[i])).Concat(known.AsEnumerable().Reverse().Select(i => (X[i], Y: Low[i])));
        var corners = points.Select(p => $"{SvgWriter.Number(scale.X(p.Item1))} {SvgWriter.Number(scale.Y(p.Y))}");
        svg.Path("M" + string.Join('L', corners) + "Z", Style);
    }

    internal override void DrawSample(SvgWriter svg, double x, double y) => svg.Rectangle(x, y, 22, 12, Style);
}

/// <summary>A horizontal line across the plot.</summary>
/// <param name="Y">Its ordinate.</param>
public sealed record HorizontalLayer(double Y) : PlotLayer
{
    /// <summary>The dash pattern. Default: 6 4.</summary>
    public string Dash { get; init; } = "6 4";

    internal override IEnumerable<double> Xs => [];

    internal override IEnumerable<double> Ys => [Y];

    private string Style => $"stroke=\"{Colour}\" stroke-width=\"2\" stroke-dasharray=\"{Dash}\"";

    internal override void Draw(SvgWriter svg, PlotScale scale) => svg.Line(scale.Left, scale.Y(Y), scale.Right, scale.Y(Y), Style);

    internal override void DrawSample(SvgWriter svg, double x, double y) => svg.Line(x, y + 6, x + 22, y + 6, Style);
}

/// <summary>A vertical line across the plot.</summary>
/// <param name="X">Its abscissa.</param>
public sealed record VerticalLayer(double X) : PlotLayer
{
    /// <summary>The dash pattern. Default: 6 4.</summary>
    public string Dash { get; init; } = "6 4";

    internal override IEnumerable<double> Xs => [X];

    internal override IEnumerable<double> Ys => [];

    private string Style => $"stroke=\"{Colour}\" stroke-width=\"2\" stroke-dasharray=\"{Dash}\"";

    internal override void Draw(SvgWriter svg, PlotScale scale) => svg.Line(scale.X(X), scale.Top, scale.X(X), scale.Bottom, Style);

    internal override void DrawSample(SvgWriter svg, double x, double y) => svg.Line(x + 11, y, x + 11, y + 12, Style);
}

/// <summary>Bars that stand side by side: a histogram.</summary>
/// <param name="Edges">[bars + 1], ascending.</param>
/// <param name="Heights">[bars].</param>
public sealed record BarLayer(IReadOnlyList<double> Edges, IReadOnlyList<double> Heights) : PlotLayer
{
    internal override IEnumerable<double> Xs => Edges;

    internal override IEnumerable<double> Ys => Heights.Prepend(0);

    private string Style => $"fill=\"{Colour}\" stroke=\"#FFFFFF\" stroke-width=\"1\"";

    internal override void Draw(SvgWriter svg, PlotScale scale)
    {
        for (var i = 0; i < Heights.Count; i++)
        {
            var (left, top) = (scale.X(Edges[i]), scale.Y(Heights[i]));
            if (Heights[i] > 0)
                svg.Rectangle(left, top, scale.X(Edges[i + 1]) - left, scale.Y(0) - top, Style);
        }
    }

    internal override void DrawSample(SvgWriter svg, double x, double y) => svg.Rectangle(x, y, 22, 12, Style);
}
