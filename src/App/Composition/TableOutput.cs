using Robotics.App.Shell;
using Robotics.Learning;

namespace Robotics.App.Composition;

/// <summary>The tables of reports as lines for people.</summary>
internal static class TableOutput
{
    /// <summary>Writes the caption, then a row of heads and the rows, columns padded; the first column is text.</summary>
    public static void Table(this CommandOutput output, ReportTable table)
    {
        var widths = table.Columns.Select((head, c) => table.Rows.Select(r => r[c].Length).Append(head.Length).Max()).ToArray();
        output.Line(table.Caption);
        foreach (var row in table.Rows.Prepend(table.Columns))
            output.Line("  " + string.Join("  ", row.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd());
    }
}
