using System.Globalization;
using System.Text;

namespace Robotics.Reporting.Plots;

/// <summary>Writes well-formed SVG: escaped text, numbers in one culture. Not thread-safe.</summary>
internal sealed class SvgWriter
{
    private readonly StringBuilder _text = new();

    public static string Number(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);

    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal);

    public SvgWriter Raw(string svg)
    {
        _text.Append(svg);
        return this;
    }

    public SvgWriter Line(double x1, double y1, double x2, double y2, string style) =>
        Raw($"<line x1=\"{Number(x1)}\" y1=\"{Number(y1)}\" x2=\"{Number(x2)}\" y2=\"{Number(y2)}\" {style}/>");

    public SvgWriter Rectangle(double x, double y, double width, double height, string style) =>
        Raw($"<rect x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\" {style}/>");

    public SvgWriter Circle(double x, double y, double radius, string style) =>
        Raw($"<circle cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"{Number(radius)}\" {style}/>");

    public SvgWriter Path(string data, string style) => Raw($"<path d=\"{data}\" {style}/>");

    public SvgWriter Text(double x, double y, string text, string style) =>
        Raw($"<text x=\"{Number(x)}\" y=\"{Number(y)}\" {style}>{Escape(text)}</text>");

    public override string ToString() => _text.ToString();
}
