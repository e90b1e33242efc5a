using System.Globalization;
using Robotics.Core.Randomness;
using Robotics.Data.Storage;
using Robotics.Learning.Displays;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Reporting.Pages;
using Robotics.Reporting.Plots;

namespace Robotics.Studies.Mechanism;

/// <summary>
/// One run of a study: its options, and the metrics, criteria, tables and plots it has measured so far. <see cref="Complete"/> writes
/// them as <c>report.html</c>, <c>study.json</c>, SVG files and the command's result. Not thread-safe.
/// </summary>
/// <param name="context">Output, clock and folder of the command.</param>
/// <param name="study">The study.</param>
/// <param name="options">Its options.</param>
internal sealed class StudyRun(RunContext context, IStudy study, StudyOptions options)
{
    private readonly Dictionary<string, object> _metrics = [];
    private readonly Dictionary<string, bool> _criteria = [];
    private readonly Dictionary<string, object?> _details = [];
    private readonly List<ReportTable> _tables = [];
    private readonly List<PlotSvg> _plots = [];
    private readonly List<string> _notes = [];
    private readonly List<IReadOnlyList<string>> _boundRows = [];
    private readonly List<IReadOnlyList<string>> _sentenceRows = [];
    private string? _folder;

    /// <summary>Output, clock and folder of the command.</summary>
    public RunContext Context => context;

    /// <summary>The study's options.</summary>
    public StudyOptions Options => options;

    /// <summary>The run's folder, created at first use.</summary>
    public string Folder => _folder ??= study.IsResumable ? context.CreateResumableRunFolder() : context.CreateRunFolder();

    /// <summary>True for a small version.</summary>
    public bool IsQuick => options.Quick;

    /// <summary>The seeds.</summary>
    public IReadOnlyList<ulong> Seeds => options.Seeds;

    /// <summary>Random key of a seed.</summary>
    /// <param name="index">Index into <see cref="Seeds"/>.</param>
    public RandomKey Key(int index) => RandomKey.FromSeed(Seeds[index]);

    /// <summary>Records a number under a name in lower-case words joined by underscores, the unit last.</summary>
    public void Metric(string name, double value) => _metrics[name] = value;

    /// <summary>Records one value per seed: mean, std and the 95 % interval of the mean by Student's t.</summary>
    public SeedMetric Metric(string name, IReadOnlyList<double> values)
    {
        var metric = SeedMetric.From(values);
        _metrics[name] = new MetricResult(metric.Mean, Statistics.StandardDeviation(values), metric.Low, metric.High, values);
        return metric;
    }

    /// <summary>Records a criterion and prints its sentence.</summary>
    /// <param name="name">Name of the criterion.</param>
    /// <param name="met">True if it is met.</param>
    /// <param name="sentence">The requirement and the measured value.</param>
    public void Require(string name, bool met, string sentence)
    {
        _criteria[name] = met;
        _sentenceRows.Add([sentence, met ? "yes" : "no"]);
        Line($"  {(met ? "met    " : "NOT MET")}  {sentence}");
    }

    /// <summary>Records a metric together with the bounds required of its mean, if any, and prints it.</summary>
    public void Require(Criterion criterion)
    {
        _metrics[criterion.Name] = criterion.ToResult();
        if (criterion.IsBounded)
            _criteria[criterion.Name] = criterion.Met;
        _boundRows.Add(criterion.ToRow());
        Line(criterion.ToLine());
    }

    /// <summary>Prints a line.</summary>
    public void Line(string text = "") => context.Output.Line(text);

    /// <summary>Records and prints a table; its first column is text.</summary>
    public void Table(string title, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows) =>
        Table(new ReportTable(title, columns, rows));

    /// <summary>Records and prints a table.</summary>
    public void Table(ReportTable table)
    {
        _tables.Add(table);
        Line();
        context.Output.Table(table);
    }

    /// <summary>Records a plot for the report.</summary>
    public void Plot(PlotSvg plot) => _plots.Add(plot);

    /// <summary>Records a remark for the report.</summary>
    public void Note(string sentence) => _notes.Add(sentence);

    /// <summary>Records a further part of the result.</summary>
    public void Detail(string name, object? value) => _details[name] = value;

    /// <summary>A number as text.</summary>
    public static string Number(double value, string format = "F3") => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Writes the report, the plots and the result.</summary>
    public void Complete()
    {
        var (output, report) = (context.Output, RunReport.Write(Folder, Content()));
        for (var i = 0; i < _plots.Count; i++)
            AtomicFile.WriteText(Path.Combine(Folder, $"{study.Name}-{i + 1}.svg"), _plots[i].Render());
        output.Add(new StudyStart(study.Name, Folder, IsQuick, Seeds, _metrics, _criteria));
        output.Add(_details);
        output.Add(new StudyEnd(_criteria.Values.All(met => met), context.Clock.Now.Seconds, report));
        AtomicFile.WriteText(Path.Combine(Folder, "study.json"), output.Result.ToJsonString() + "\n");
        Line($"Open {report} in a browser.");
    }

    private RunReportContent Content() => new()
    {
        Title = study.Title,
        Command = context.CommandLine,
        Task = $"suite {study.Name}",
        Seeds = Seeds,
        Machine = MachineDescription.Create(),
        StartedAtUtc = context.Clock.StartedAtUtc,
        Plots = _plots,
        Tables =
        [
            .. NotEmpty(new ReportTable("Criteria", Criterion.Columns, _boundRows)),
            .. NotEmpty(new ReportTable("Criteria", ["criterion and measurement", "met"], _sentenceRows)),
            .. _tables,
        ],
        Warnings = context.Output.Warnings,
        Notes = [$"Measured: {study.Summary}", .. _notes],
    };

    private static ReportTable[] NotEmpty(ReportTable table) => table.Rows.Count > 0 ? [table] : [];

    /// <summary>Beginning of the result. Immutable.</summary>
    /// <param name="Suite">Name of the study.</param>
    /// <param name="RunFolder">The run's folder.</param>
    /// <param name="Quick">True for a small version.</param>
    /// <param name="Seeds">The seeds.</param>
    /// <param name="Metrics">Metrics by name: a number, or a <see cref="MetricResult"/> over seeds.</param>
    /// <param name="Criteria">By name, true if met.</param>
    private sealed record StudyStart(
        string Suite, string RunFolder, bool Quick, IReadOnlyList<ulong> Seeds,
        IReadOnlyDictionary<string, object> Metrics, IReadOnlyDictionary<string, bool> Criteria);

    /// <summary>End of the result. Immutable.</summary>
    /// <param name="CriteriaMet">True if every criterion is met.</param>
    /// <param name="SecondsTotal">Duration of the command, s.</param>
    /// <param name="Report">Path of the report.</param>
    private sealed record StudyEnd(bool CriteriaMet, double SecondsTotal, string Report);
}
