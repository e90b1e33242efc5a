using Robotics.Reporting.Pages;
using Spectre.Console;

namespace Robotics.Reporting.Output;

/// <summary>The tables of reports as lines for people.</summary>
public static class TableOutput
{
    /// <summary>Writes the caption, then the heads and the rows; the first column is text, the others are aligned to the right.</summary>
    public static void Table(this CommandOutput output, ReportTable table)
    {
        output.Line(table.Caption);
        foreach (var line in Lines(table, output.Width))
            output.Line(line);
    }

    /// <summary>The heads and the rows; cells are wrapped where the table is wider than the screen.</summary>
    internal static IEnumerable<string> Lines(ReportTable table, int width)
    {
        var grid = new Table { Border = TableBorder.Simple };
        for (var c = 0; c < table.Columns.Count; c++)
            grid.AddColumn(new TableColumn(new Text(table.Columns[c])) { Alignment = c == 0 ? Justify.Left : Justify.Right });
        foreach (var row in table.Rows)
            grid.AddRow(row.Select(cell => new Text(cell)));
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        console.Write(grid);
        return text.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0);
    }
}
