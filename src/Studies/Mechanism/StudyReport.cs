using Robotics.Data.Storage;
using Robotics.Learning.Displays;
using Robotics.Reporting.Output;
using Robotics.Reporting.Pages;
using Robotics.Reporting.Plots;

namespace Robotics.Studies.Mechanism;

/// <summary>What a suite found, as <c>report.html</c>, <c>study.json</c>, lines for people and the command's result.</summary>
internal sealed class StudyReport
{
    /// <summary>The suite's name.</summary>
    public required string Suite { get; init; }

    /// <summary>The report's title.</summary>
    public required string Title { get; init; }

    /// <summary>The seeds.</summary>
    public required IReadOnlyList<ulong> Seeds { get; init; }

    /// <summary>The figures that answer the suite's question.</summary>
    public required IReadOnlyList<StudyBar> Bars { get; init; }

    /// <summary>Drawings.</summary>
    public required IReadOnlyList<PlotSvg> Plots { get; init; }

    /// <summary>Further tables.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    /// <summary>Remarks.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What else belongs into the result, by name.</summary>
    public IReadOnlyDictionary<string, object?> Details { get; init; } = new Dictionary<string, object?>();

    /// <summary>Writes it all.</summary>
    public void Write(RunContext context, string folder)
    {
        var output = context.Output;
        var report = RunReport.Write(folder, Content(context));
        for (var i = 0; i < Plots.Count; i++)
            AtomicFile.WriteText(Path.Combine(folder, $"{Suite}-{i + 1}.svg"), Plots[i].Render());
        output.Add(new StudyHead(Suite, folder, Seeds));
        output.Add(Bars.ToDictionary(b => b.Name, b => b.ToFigure()));
        output.Add(Details);
        output.Add(new StudyEnd(Bars.All(b => b.Met), context.Clock.Now.Seconds, report));
        AtomicFile.WriteText(Path.Combine(folder, "study.json"), output.Result.ToJsonString() + "\n");
        foreach (var table in Tables)
            output.Table(table);
        foreach (var bar in Bars)
            output.Line(bar.ToLine());
        output.Line($"Open {report} in a browser.");
    }

    private RunReportContent Content(RunContext context) => new()
    {
        Title = Title,
        Command = context.CommandLine,
        Task = $"suite {Suite}",
        Seeds = Seeds,
        Machine = MachineDescription.Create(),
        StartedAtUtc = context.Clock.StartedAtUtc,
        Plots = Plots,
        Tables = [new ReportTable("What was asked", StudyBar.Columns, [.. Bars.Select(b => b.ToRow())]), .. Tables],
        Warnings = context.Output.Warnings,
        Notes = Notes,
    };

    /// <summary>What the result begins with. Immutable.</summary>
    /// <param name="Suite">The suite's name.</param>
    /// <param name="RunFolder">The run's folder.</param>
    /// <param name="Seeds">The seeds.</param>
    private sealed record StudyHead(string Suite, string RunFolder, IReadOnlyList<ulong> Seeds);

    /// <summary>What the result ends with. Immutable.</summary>
    /// <param name="BarsMet">Whether every figure is within its bounds.</param>
    /// <param name="SecondsTotal">Time of the command, s.</param>
    /// <param name="Report">The page.</param>
    private sealed record StudyEnd(bool BarsMet, double SecondsTotal, string Report);
}
