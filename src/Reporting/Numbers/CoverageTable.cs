using System.Globalization;
using System.Text;

namespace Robotics.Reporting.Numbers;

/// <summary>Coverage of a model's predictive intervals. Immutable.</summary>
/// <param name="Levels">The central intervals looked at.</param>
/// <param name="Rows">Per horizon: all predicted elements together, then each by itself.</param>
public sealed record CoverageTable(IReadOnlyList<double> Levels, IReadOnlyList<CoverageRow> Rows)
{
    /// <summary>The row of a horizon and an element; null for all elements together.</summary>
    public CoverageRow this[int horizonSteps, string? element = null] =>
        Rows.First(r => r.HorizonSteps == horizonSteps && r.Element == element);

    /// <summary>The table in Markdown, one line per row.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append("| steps ahead | element | samples |");
        foreach (var level in Levels)
            text.Append(CultureInfo.InvariantCulture, $" inside {level:P0} |");
        text.AppendLine(" RMS error | mean std | relative error | calibration error |");
        text.Append("|---:|---|---:|").Insert(text.Length, "---:|", Levels.Count).AppendLine("---:|---:|---:|---:|");
        foreach (var row in Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.HorizonSteps} | {row.Element ?? "all"} | {row.Samples} |");
            foreach (var share in row.Coverage)
                text.Append(CultureInfo.InvariantCulture, $" {share:P1} |");
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $" {Cell(row.RootMeanSquareError)} | {Cell(row.MeanSpread)} | {Cell(row.RelativeError)} | {row.CalibrationError:F3} |");
        }

        return text.ToString();
    }

    private static string Cell(double value) => double.IsNaN(value) ? "" : value.ToString("G4", CultureInfo.InvariantCulture);
}
