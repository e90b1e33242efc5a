using System.Globalization;
using System.Text.Json.Nodes;
using Robotics.App.Shell;
using Robotics.Configuration;
using Robotics.Core;
using Robotics.Data;
using Robotics.Learning;

namespace Robotics.App.Composition;

/// <summary>
/// Several seeds' runs as one: the learning curve with its spread as a table, as <c>curve.csv</c> and <c>curve.jsonl</c>, in the
/// report and in the command's result. Returns are means over seeds; scores are those of the mean returns.
/// </summary>
internal sealed class SeedsReport(
    CommandContext context, TaskDefinition task, string folder, IReadOnlyDictionary<ulong, RunFolder> runs, IReadOnlyList<SeedOutcome> outcomes)
{
    private static readonly string[] Columns =
        ["trial", "seeds", "return_mean", "return_sd", "return_low95", "return_high95", "return_median", "return_min", "return_max", "return_best_so_far", "score"];

    private readonly LearningCurve _curve = TrialMetrics.ReadCurve(runs, RandomKey.FromSeed(0).Derive("report"));

    private readonly Baselines _baselines = new(
        outcomes.Average(o => o.Number("random_return")), outcomes.Average(o => o.Number("oracle_return")), 0);

    /// <summary>Writes the files and fills the command's result.</summary>
    public void Write()
    {
        WriteCurve();
        var report = RunReport.Write(folder, Content());
        Print(report);
        Fill(context.Output.Result, report);
    }

    private void WriteCurve()
    {
        using var writer = new MetricsWriter(folder, "curve", Columns);
        foreach (var p in _curve.Points)
        {
            writer.Append(new MetricsRow(p.Trial)
                .Add("seeds", p.Seeds).Add("return_mean", p.Mean).Add("return_sd", p.StandardDeviation)
                .Add("return_low95", p.Interval.Low).Add("return_high95", p.Interval.High)
                .Add("return_median", p.Median).Add("return_min", p.Minimum).Add("return_max", p.Maximum).Add("return_best_so_far", p.BestSoFar).Add("score", _baselines.Score(p.Mean)));
        }
    }

    private RunReportContent Content() => new RunReportContent
    {
        Title = $"Learning {task.Name} from nothing, {runs.Count} seeds",
        Command = context.CommandLine,
        Task = task.Name,
        Seeds = [.. runs.Keys],
        Machine = RunReporter.Machine(),
        StartedAtUtc = context.Clock.StartedAtUtc,
        RandomReturn = _baselines.AreKnown ? _baselines.Random : null,
        OracleReturn = _baselines.AreKnown ? _baselines.Oracle : null,
        Published = task.Published,
        PlanDeadline = TimeSpan.FromSeconds(task.ControlPeriodSeconds),
        Tables = [OfSeeds()],
        Warnings = context.Output.Warnings,
        Notes = ["Each seed's own report, with its film and its model's predictions, is seed-N/report.html beside this file."],
    }.AddRuns(runs);

    private ReportTable OfSeeds() => new(
        "Seeds",
        ["seed", "random", "oracle", "last trial", "best trial", "evaluation", "training, s"],
        [.. outcomes.Select(o => (IReadOnlyList<string>)
        [
            o.Seed.ToString(CultureInfo.InvariantCulture), Figure.Of(o.Number("random_return")), Figure.Of(o.Number("oracle_return")),
            Figure.Of(_curve.Seeds[o.Seed][^1]), Figure.Of(_curve.Seeds[o.Seed].Max()), Figure.Of(o.Number("evaluation_return")),
            Figure.Of(o.Number("seconds_training")),
        ])]);

    private void Print(string report)
    {
        context.Output.Line("trial       mean         sd    95 % interval of the mean     median      worst       best   score");
        foreach (var p in _curve.Points)
            context.Output.Line(string.Create(CultureInfo.InvariantCulture, $"{p.Trial,5} {p.Mean,10:F2} {p.StandardDeviation,10:F2}   {p.Interval.Low,10:F2} to {p.Interval.High,10:F2} {p.Median,10:F2} {p.Minimum,10:F2} {p.Maximum,10:F2} {_baselines.Score(p.Mean),7:P0}"));
        context.Output.Line(string.Create(CultureInfo.InvariantCulture, $"{_baselines.Describe()}; mean return while learning {_curve.MeanArea:F2}{_baselines.DescribeScore(_curve.MeanArea)}"));
        PrintPublished();
        context.Output.Line($"Report and curve: {folder}; each seed's run is in seed-N there.");
        context.Output.Line($"Open {report} in a browser.");
    }

    private void PrintPublished()
    {
        if (task.Published is not { } published)
            return;
        context.Output.Line($"Beside {published.Source}:");
        foreach (var p in published.Returns)
        {
            var ours = _curve.At(p.Trial);
            context.Output.Line(string.Create(CultureInfo.InvariantCulture, $"{p.Trial,5}  published {p.Return,8:F1}{(published.BestSoFar ? " (best so far)" : "")}  ours {ours?.Mean,8:F1}, best so far {ours?.BestSoFar,8:F1}"));
        }
    }

    private void Fill(JsonObject result, string report)
    {
        result["run_folder"] = folder;
        result["task"] = task.Name;
        result["seeds"] = new JsonArray([.. runs.Keys.Select(s => JsonValue.Create(s))]);
        result["random_return"] = CommandOutput.Number(_baselines.Random);
        result["oracle_return"] = CommandOutput.Number(_baselines.Oracle);
        result["returns"] = Array(_curve.Points.Select(p => p.Mean));
        result["returns_sd"] = Array(_curve.Points.Select(p => p.StandardDeviation));
        result["returns_low95"] = Array(_curve.Points.Select(p => p.Interval.Low));
        result["returns_high95"] = Array(_curve.Points.Select(p => p.Interval.High));
        result["returns_min"] = Array(_curve.Points.Select(p => p.Minimum));
        result["returns_median"] = Array(_curve.Points.Select(p => p.Median));
        result["returns_max"] = Array(_curve.Points.Select(p => p.Maximum));
        result["returns_best_so_far"] = Array(_curve.Points.Select(p => p.BestSoFar));
        result["returns_by_seed"] = new JsonObject(_curve.Seeds.Select(s => KeyValuePair.Create(s.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)Array(s.Value))));
        result["returns_area"] = CommandOutput.Number(_curve.MeanArea);
        result["score_area"] = CommandOutput.Number(_baselines.Score(_curve.MeanArea));
        result["scores"] = Array(_curve.Points.Select(p => _baselines.Score(p.Mean)));
        result["published"] = Published();
        var successes = runs.Values.Select(r => TrialMetrics.Read(r).Select(t => t.Number("success_rate")).ToList()).ToList();
        result["success_rates"] = Array(_curve.Points.Select(p => successes.Where(s => s.Count > p.Trial).Average(s => s[p.Trial])));
        result["episodes_diverged"] = CommandOutput.Number(outcomes.Sum(o => o.Number("episodes_diverged")));
        result["decisions_without_finite_rollout"] = CommandOutput.Number(outcomes.Sum(o => o.Number("decisions_without_finite_rollout")));
        result["evaluation_return"] = CommandOutput.Number(outcomes.Average(o => o.Number("evaluation_return")));
        result["seconds_total"] = CommandOutput.Number(context.Clock.Now.Seconds);
        result["seconds_training"] = CommandOutput.Number(outcomes.Sum(o => o.Number("seconds_training")));
        result["peak_memory_mb"] = CommandOutput.Number(outcomes.Max(o => o.Number("peak_memory_mb")));
        result["report"] = report;
    }

    private JsonObject? Published() => task.Published is not { } published ? null : new JsonObject
    {
        ["source"] = published.Source,
        ["best_so_far"] = published.BestSoFar,
        ["trials"] = new JsonArray([.. published.Returns.Select(p => JsonValue.Create(p.Trial))]),
        ["returns"] = Array(published.Returns.Select(p => p.Return)),
        ["ours"] = Array(published.Returns.Select(p => _curve.At(p.Trial)?.Mean ?? double.NaN)),
        ["ours_best_so_far"] = Array(published.Returns.Select(p => _curve.At(p.Trial)?.BestSoFar ?? double.NaN)),
    };

    private static JsonArray Array(IEnumerable<double> values) => [.. values.Select(CommandOutput.Number)];
}
