using System.Text;
using Robotics.Reporting.Plots;

namespace Robotics.Reporting.Pages;

/// <summary>Writes HTML that is also well-formed XML. Not thread-safe.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _text = new();

    public HtmlWriter Raw(string html)
    {
        _text.Append(html);
        return this;
    }

    public HtmlWriter Element(string name, string text, string attributes = "") =>
        Raw($"<{name}{(attributes.Length > 0 ? " " + attributes : "")}>{SvgWriter.Escape(text)}</{name}>\n");

    public HtmlWriter Term(string name, string value) => Element("dt", name).Element("dd", value);

    public HtmlWriter Table(ReportTable table)
    {
        Raw("<div class=\"scroll\" tabindex=\"0\"><table>").Element("caption", table.Caption).Raw("<thead><tr>");
        foreach (var column in table.Columns)
            Element("th", column, "scope=\"col\"");
        Raw("</tr></thead>\n<tbody>");
        foreach (var row in table.Rows)
        {
            Raw("<tr>");
            for (var i = 0; i < row.Count; i++)
                Element(i == 0 ? "th" : "td", row[i], i == 0 ? "scope=\"row\"" : "");
            Raw("</tr>\n");
        }

        return Raw("</tbody></table></div>\n");
    }

    public HtmlWriter Image(byte[] png, string description, string attributes = "") =>
        Raw($"<img src=\"data:image/png;base64,{Convert.ToBase64String(png)}\" alt=\"{SvgWriter.Escape(description)}\" {attributes}/>\n");

    public override string ToString() => _text.ToString();
}
