using System.Globalization;
using Robotics.Core.Randomness;
using Robotics.Data.Storage;
using Robotics.Learning.Displays;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Reporting.Pages;

namespace Robotics.Studies.Mechanism;

/// <summary>One run of a suite: its settings, and where its tables and figures go. Not thread-safe.</summary>
/// <param name="context">The command's context.</param>
/// <param name="quick">Whether to measure less, in a minute or two.</param>
/// <param name="seeds">Over how many seeds to repeat what learns.</param>
internal sealed class SuiteRun(RunContext context, bool quick, int seeds)
{
    private readonly Dictionary<string, object> _figures = [];
    private readonly Dictionary<string, bool> _bars = [];
    private readonly List<ReportTable> _tables = [];
    private readonly List<IReadOnlyList<string>> _asked = [];
    private string? _folder;

    /// <summary>The command's context, for its output, clock and folder.</summary>
    public RunContext Context => context;

    /// <summary>The run's folder, made when it is first asked for.</summary>
    public string Folder => _folder ??= context.CreateRunFolder();

    /// <summary>Whether to measure less, in a minute or two.</summary>
    public bool IsQuick => quick;

    /// <summary>Over how many seeds to repeat what learns.</summary>
    public int Seeds => seeds;

    /// <summary>Run folders of estimators that were trained before; empty to train anew.</summary>
    public IReadOnlyList<string> Estimators { get; init; } = [];

    /// <summary>The randomness of one seed, from 0.</summary>
    public RandomKey Key(int seed) => RandomKey.FromSeed(context.Seed + (ulong)seed);

    /// <summary>Keeps a figure under a name of lower-case words joined by underscores, with its unit unless it has none.</summary>
    public void Figure(string name, double value) => _figures[name] = value;

    /// <summary>Keeps a figure of each seed: the mean under the name, and its 95 % interval (Student's t) under name_interval.</summary>
    public SeedFigure Figure(string name, IReadOnlyList<double> values)
    {
        var figure = SeedFigure.From(values);
        Figure(name, figure.Mean);
        _figures[name + "_interval"] = new Interval(figure.Low, figure.High);
        _figures[name + "_seeds"] = values;
        return figure;
    }

    /// <summary>Says whether a figure keeps to what is asked of it.</summary>
    /// <param name="name">The bar's name.</param>
    /// <param name="met">Whether it is met.</param>
    /// <param name="sentence">What was asked and what was found.</param>
    public void Bar(string name, bool met, string sentence)
    {
        _bars[name] = met;
        _asked.Add([sentence, met ? "yes" : "no"]);
        context.Output.Line($"  {(met ? "met    " : "NOT MET")}  {sentence}");
    }

    /// <summary>A line of text.</summary>
    public void Line(string text = "") => context.Output.Line(text);

    /// <summary>A table: a row of heads, then the rows, columns padded; the first column is text.</summary>
    public void Table(string title, IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        _tables.Add(new ReportTable(title, heads, rows));
        Line();
        context.Output.Table(_tables[^1]);
    }

    /// <summary>A number for a table.</summary>
    public static string Number(double value, string format = "F3") => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Puts everything into the command's result, and writes the report and the same result into the run's folder.</summary>
    public void Complete(IEstimatorSuite suite)
    {
        context.Output.Add(new SuiteResult(suite.Name, Folder, quick, seeds, _figures, _bars, RunReport.Write(Folder, Content(suite))));
        AtomicFile.WriteText(Path.Combine(Folder, "study.json"), context.Output.Result.ToJsonString() + "\n");
        Line($"Open {Path.Combine(Folder, "report.html")} in a browser.");
    }

    private RunReportContent Content(IEstimatorSuite suite) => new()
    {
        Title = $"Estimators: {suite.Name}",
        Command = context.CommandLine,
        Task = $"suite {suite.Name}",
        Seeds = [.. Enumerable.Range(0, seeds).Select(i => context.Seed + (ulong)i)],
        Machine = MachineDescription.Create(),
        StartedAtUtc = context.Clock.StartedAtUtc,
        Tables = [new ReportTable("What was asked", ["asked and found", "met"], _asked), .. _tables],
        Warnings = context.Output.Warnings,
        Notes = [$"Measured: {suite.Summary}", "Figures over seeds: the mean, with the 95 % interval of Student's t."],
    };

    /// <summary>The result. Immutable.</summary>
    /// <param name="Suite">The suite's name.</param>
    /// <param name="RunFolder">The run's folder.</param>
    /// <param name="Quick">Whether less was measured.</param>
    /// <param name="Seeds">Number of seeds.</param>
    /// <param name="Figures">Figures by name: numbers, intervals, or one number per seed.</param>
    /// <param name="Bars">Whether each criterion is met, by name.</param>
    /// <param name="Report">The page.</param>
    private sealed record SuiteResult(
        string Suite, string RunFolder, bool Quick, int Seeds,
        IReadOnlyDictionary<string, object> Figures, IReadOnlyDictionary<string, bool> Bars, string Report);
}
