using System.Globalization;
using Robotics.Core.Errors;
using Robotics.Data.Storage;
using Robotics.Reporting.Images;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Plots;

namespace Robotics.Reporting.Pages;

/// <summary>
/// Writes a run as one HTML file that needs nothing else (style, drawings and images are inside), and the learning curve as
/// <c>learning-curve.svg</c> next to it. Pure but for <see cref="Write"/>; thread-safe.
/// </summary>
public static class RunReport
{
    private const int StripFrames = 8;

    /// <summary>Writes <c>report.html</c> and, with a curve, <c>learning-curve.svg</c>.</summary>
    /// <returns>The path of the HTML file.</returns>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public static string Write(string folder, RunReportContent content)
    {
        if (content.Curve is not null)
            AtomicFile.WriteText(Path.Combine(folder, "learning-curve.svg"), CurvePlot(content).Render());
        var path = Path.Combine(folder, "report.html");
        AtomicFile.WriteText(path, Render(content));
        return path;
    }

    /// <summary>The HTML.</summary>
    public static string Render(RunReportContent content)
    {
        var html = new HtmlWriter();
        html.Raw(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, "
            + "initial-scale=1\"/>\n");
        html.Element("title", content.Title).Raw($"<style>{ReportStyle.Css}</style></head>\n<body><header><div>");
        html.Element("h1", content.Title).Element("p", $"Task {content.Task}").Raw("</div></header>\n<main>\n");
        Warnings(html, content.Warnings);
        Cards(html, content);
        Curve(html, content);
        Plots(html, content);
        Films(html, content);
        Predictions(html, content);
        Timing(html, content);
        Tables(html, content);
        Provenance(html, content);
        return html.Raw("</main></body></html>\n").ToString();
    }

    internal static void Warnings(HtmlWriter html, IReadOnlyList<string> warnings)
    {
        if (warnings.Count == 0)
            return;
        html.Raw("<section>").Element("h2", "What went wrong");
        foreach (var warning in warnings)
            html.Element("p", warning);
        html.Raw("</section>\n");
    }

    private static PlotSvg CurvePlot(RunReportContent content) =>
        LearningCurvePlot.Create(content.Curve!, content.RandomReturn, content.OracleReturn, content.Published);

    private static void Cards(HtmlWriter html, RunReportContent content)
    {
        var cards = new List<(string Value, string Name)>();
        if (content.Curve is { Points.Count: > 0 } curve)
            cards.Add((Figure.From(curve.Points[^1].Mean), $"return in the last trial ({curve.Points[^1].Trial})"));
        if (content.OracleReturn is { } oracle)
            cards.Add((Figure.From(oracle), "return with the true model"));
        if (content.RandomReturn is { } random)
            cards.Add((Figure.From(random), "return at random"));
        if (content.PlanTimes is { Count: > 0 } times)
            cards.Add(($"{Figure.From(times.Quantile(0.99) * 1e-6)} ms", "99 % of decisions are faster"));
        if (cards.Count == 0)
            return;
        html.Raw("<div class=\"cards\">");
        foreach (var (value, name) in cards)
            html.Raw("<div class=\"card\">").Element("b", value).Element("span", name).Raw("</div>");
        html.Raw("</div>\n");
    }

    private static void Curve(HtmlWriter html, RunReportContent content)
    {
        if (content.Curve is not { Points.Count: > 0 })
            return;
        var plot = CurvePlot(content);
        html.Raw("<section>").Element("h2", "Learning");
        Plot(html, plot);
        if (content.Published is { } published)
            html.Table(ReportTable.FromPublished(content.Curve, published));
        html.Raw("</section>\n");
    }

    private static void Plots(HtmlWriter html, RunReportContent content)
    {
        if (content.Plots.Count == 0)
            return;
        html.Raw("<section>").Element("h2", "What was found");
        foreach (var plot in content.Plots)
            Plot(html, plot);
        html.Raw("</section>\n");
    }

    private static void Films(HtmlWriter html, RunReportContent content)
    {
        if (content.Films.Count == 0)
            return;
        html.Raw("<section>").Element("h2", "What the camera saw");
        foreach (var film in content.Films)
        {
            html.Raw("<figure>");
            if (film.Frames.Count > 1)
                html.Image(PngWriter.Animate(film.Frames, film.Period), film.Caption + ", moving", "class=\"moving\"");
            html.Raw("<div class=\"film\" tabindex=\"0\">");
            foreach (var i in StripOf(film.Frames.Count))
                html.Image(PngWriter.Write(film.Frames[i]), $"{film.Caption}, at {Figure.From(i * film.Period.TotalSeconds)} s");
            html.Raw("</div>").Element("figcaption", film.Caption).Raw("</figure>\n");
        }

        html.Raw("</section>\n");
    }

    private static IEnumerable<int> StripOf(int frames)
    {
        var shown = Math.Min(StripFrames, frames);
        return Enumerable.Range(0, shown).Select(i => shown == 1 ? 0 : i * (frames - 1) / (shown - 1));
    }

    private static void Predictions(HtmlWriter html, RunReportContent content)
    {
        if (content.Forecasts.Count == 0 && content.Coverage is null)
            return;
        html.Raw("<section>").Element("h2", "Predictions of the model compared with measurements").Raw("<div class=\"grid\">");
        foreach (var plot in content.Forecasts)
            Plot(html, plot);
        html.Raw("</div>");
        if (content.Coverage is not null)
            html.Table(ReportTable.FromCoverage(content.Coverage));
        html.Raw("</section>\n");
    }

    private static void Timing(HtmlWriter html, RunReportContent content)
    {
        if (content.PlanTimes is not { Count: > 0 } && content.Timings.Count == 0)
            return;
        html.Raw("<section>").Element("h2", "Time");
        if (content.PlanTimes is { Count: > 0 } times)
            Plot(html, LatencyPlot.Create("Time for a decision", times, content.PlanDeadline));
        foreach (var plot in content.Timings)
            Plot(html, plot);
        html.Raw("</section>\n");
    }

    private static void Tables(HtmlWriter html, RunReportContent content)
    {
        foreach (var table in content.Tables)
            html.Raw("<section>").Table(table).Raw("</section>\n");
    }

    private static void Provenance(HtmlWriter html, RunReportContent content)
    {
        html.Raw("<section>").Element("h2", "How this was made").Raw("<dl>");
        html.Element("dt", "Command").Element("dd", content.Command, "class=\"code\"");
        html.Term(content.Seeds.Count == 1 ? "Seed" : "Seeds", string.Join(", ", content.Seeds));
        html.Element("dt", "Commit").Element("dd", content.Commit, "class=\"code\"");
        html.Term("Machine", content.Machine);
        if (content.StartedAtUtc is { } started)
            html.Term("Started", started.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        html.Raw("</dl>");
        foreach (var note in content.Notes)
            html.Element("p", note);
        html.Raw("</section>\n");
    }

    private static void Plot(HtmlWriter html, PlotSvg plot) =>
        html.Raw("<figure>").Raw(plot.Render()).Element("figcaption", plot.Description).Raw("</figure>\n");
}
