using Robotics.Core.Errors;
using Robotics.Data.Storage;
using Robotics.Reporting.Images;
using Robotics.Reporting.Plots;

namespace Robotics.Reporting.Pages;

/// <summary>A section of a <see cref="PageReport"/>. Immutable.</summary>
/// <param name="Heading">Its heading.</param>
/// <param name="Text">A paragraph; empty for none.</param>
public sealed record PageSection(string Heading, string Text)
{
    /// <summary>Tables.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    /// <summary>Images with their descriptions.</summary>
    public IReadOnlyList<(Image Image, string Description)> Images { get; init; } = [];

    /// <summary>Drawings.</summary>
    public IReadOnlyList<PlotSvg> Plots { get; init; } = [];
}

/// <summary>A page of sections as one HTML file that needs nothing else. Pure but for <see cref="Write"/>; thread-safe.</summary>
/// <param name="Title">The page's title.</param>
/// <param name="Subtitle">Subtitle.</param>
/// <param name="Sections">The sections in order.</param>
public sealed record PageReport(string Title, string Subtitle, IReadOnlyList<PageSection> Sections)
{
    /// <summary>Warnings of the run, a sentence each; shown first.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Writes <c>report.html</c> and returns its path.</summary>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public string Write(string folder)
    {
        var path = Path.Combine(folder, "report.html");
        AtomicFile.WriteText(path, Render());
        return path;
    }

    /// <summary>The HTML.</summary>
    public string Render()
    {
        var html = new HtmlWriter();
        html.Raw(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, "
            + "initial-scale=1\"/>\n");
        html.Element("title", Title).Raw($"<style>{ReportStyle.Css}</style></head>\n<body><header><div>");
        html.Element("h1", Title).Element("p", Subtitle).Raw("</div></header>\n<main>\n");
        RunReport.Warnings(html, Warnings);
        foreach (var section in Sections)
        {
            html.Raw("<section>").Element("h2", section.Heading);
            if (section.Text.Length > 0)
                html.Element("p", section.Text);
            foreach (var table in section.Tables)
                html.Table(table);
            foreach (var (image, description) in section.Images)
                html.Raw("<figure>").Image(PngWriter.Write(image), description, "style=\"image-rendering:pixelated;max-width:100%\"")
                    .Element("figcaption", description).Raw("</figure>\n");
            foreach (var plot in section.Plots)
                html.Raw("<figure>").Raw(plot.Render()).Raw("</figure>\n");
            html.Raw("</section>\n");
        }

        return html.Raw("</main></body></html>\n").ToString();
    }
}
