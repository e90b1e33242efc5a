using System.Globalization;
using Robotics.Configuration.Tasks;
using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Data.Checkpoints;
using Robotics.Data.Metrics;
using Robotics.Learning.Displays;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Jobs;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Reporting.Pages;

namespace Robotics.Learning.Seeds;

/// <summary>
/// Summary of several seeds: the learning curve with its std as a table, as <c>curve.csv</c> and <c>curve.jsonl</c>, in the
/// report and in the command's result. Returns are means over seeds; scores are those of the mean returns.
/// </summary>
internal sealed class SeedsReport(
    RunContext context, TaskDefinition task, string folder, IReadOnlyDictionary<ulong, RunFolder> runs, IReadOnlyList<SeedOutcome> outcomes)
{
    private static readonly string[] Columns =
    [
        "trial", "seeds", "return_mean", "return_sd", "return_low95", "return_high95", "return_median", "return_min", "return_max",
        "return_best_so_far", "score",
    ];

    private readonly LearningCurve _curve = TrialMetrics.ReadCurve(runs, RandomKey.FromSeed(0).Derive("report"));

    private readonly Baselines _baselines = new(
        outcomes.Average(o => o.Number("random_return")), outcomes.Average(o => o.Number("oracle_return")), 0);

    /// <summary>Writes the files and fills the command's result.</summary>
    public void Write()
    {
        WriteCurve();
        var report = RunReport.Write(folder, Content());
        Print(report);
        context.Output.Add(ToResult(report));
    }

    private void WriteCurve()
    {
        using var writer = new MetricsWriter(folder, "curve", Columns);
        foreach (var p in _curve.Points)
        {
            writer.Append(new MetricsRow(p.Trial)
                .Add("seeds", p.Seeds).Add("return_mean", p.Mean).Add("return_sd", p.StandardDeviation)
                .Add("return_low95", p.Interval.Low).Add("return_high95", p.Interval.High)
                .Add("return_median", p.Median).Add("return_min", p.Minimum).Add("return_max", p.Maximum)
                    .Add("return_best_so_far", p.BestSoFar).Add("score", _baselines.Score(p.Mean)));
        }
    }

    private RunReportContent Content() => new RunReportContent
    {
        Title = $"Learning {task.Name} from nothing, {runs.Count} seeds",
        Command = context.CommandLine,
        Task = task.Name,
        Seeds = [.. runs.Keys],
        Machine = MachineDescription.Create(),
        StartedAtUtc = context.Clock.StartedAtUtc,
        RandomReturn = _baselines.AreKnown ? _baselines.Random : null,
        OracleReturn = _baselines.AreKnown ? _baselines.GroundTruth : null,
        Published = task.Published,
        PlanDeadline = TimeSpan.FromSeconds(task.ControlPeriodSeconds),
        Tables = [FromSeeds()],
        Warnings = context.Output.Warnings,
        Notes = ["Each seed's own report, with its film and its model's predictions, is seed-N/report.html next to this file."],
    }.AddRuns(runs);

    private ReportTable FromSeeds() => new(
        "Seeds",
        ["seed", "random", "oracle", "last trial", "best trial", "evaluation", "training, s"],
        [.. outcomes.Select(o => (IReadOnlyList<string>)
        [
            o.Seed.ToString(CultureInfo.InvariantCulture), Figure.From(o.Number("random_return")), Figure.From(o.Number("oracle_return")),
            Figure.From(_curve.Seeds[o.Seed][^1]), Figure.From(_curve.Seeds[o.Seed].Max()), Figure.From(o.Number("evaluation_return")),
            Figure.From(o.Number("seconds_training")),
        ])]);

    private void Print(string report)
    {
        context.Output.Table(new ReportTable(
            $"{task.Name}: return of each trial over {runs.Count} seeds",
            ["trial", "mean", "sd", "95 % interval of the mean", "median", "worst", "best", "score"],
            [.. _curve.Points.Select(p => (IReadOnlyList<string>)
            [
                Text($"{p.Trial}"), Text($"{p.Mean:F2}"), Text($"{p.StandardDeviation:F2}"),
                Text($"{p.Interval.Low:F2} to {p.Interval.High:F2}"), Text($"{p.Median:F2}"),
                Text($"{p.Minimum:F2}"), Text($"{p.Maximum:F2}"), Text($"{_baselines.Score(p.Mean):P0}"),
            ])]));
        context.Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{_baselines.Describe()}; mean return while learning {_curve.MeanArea:F2}{_baselines.DescribeScore(_curve.MeanArea)}"));
        PrintPublished();
        context.Output.Line($"Report and curve: {folder}; each seed's run is in seed-N there.");
        context.Output.Line($"Open {report} in a browser.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void PrintPublished()
    {
        if (task.Published is not { } published)
            return;
        context.Output.Line($"Compared with {published.Source}:");
        foreach (var p in published.Returns)
        {
            var ours = _curve.At(p.Trial);
            context.Output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{p.Trial,5}  published {p.Return,8:F1}{(published.BestSoFar ? " (best so far)" : "")}  ours {ours?.Mean,8:F1}, best so "
                    + $"far {ours?.BestSoFar,8:F1}"));
        }
    }

    private SeedsResult ToResult(string report)
    {
        var successes = runs.Values.Select(r => TrialMetrics.Read(r).Select(t => t.Number("success_rate")).ToList()).ToList();
        return new SeedsResult
        {
            RunFolder = folder,
            Task = task.Name,
            Seeds = [.. runs.Keys],
            RandomReturn = _baselines.Random,
            OracleReturn = _baselines.GroundTruth,
            Returns = Curve(p => p.Mean),
            ReturnsSd = Curve(p => p.StandardDeviation),
            ReturnsLow95 = Curve(p => p.Interval.Low),
            ReturnsHigh95 = Curve(p => p.Interval.High),
            ReturnsMin = Curve(p => p.Minimum),
            ReturnsMedian = Curve(p => p.Median),
            ReturnsMax = Curve(p => p.Maximum),
            ReturnsBestSoFar = Curve(p => p.BestSoFar),
            ReturnsBySeed = _curve.Seeds.ToDictionary(s => s.Key.ToString(CultureInfo.InvariantCulture), s => s.Value),
            ReturnsArea = _curve.MeanArea,
            ScoreArea = _baselines.Score(_curve.MeanArea),
            Scores = Curve(p => _baselines.Score(p.Mean)),
            Published = task.Published is { } published ? Compare(published) : null,
            SuccessRates = Curve(p => successes.Where(s => s.Count > p.Trial).Average(s => s[p.Trial])),
            EpisodesDiverged = outcomes.Sum(o => o.Number("episodes_diverged")),
            DecisionsWithoutFiniteRollout = outcomes.Sum(o => o.Number("decisions_without_finite_rollout")),
            EvaluationReturn = outcomes.Average(o => o.Number("evaluation_return")),
            SecondsTotal = context.Clock.Now.Seconds,
            SecondsTraining = outcomes.Sum(o => o.Number("seconds_training")),
            PeakMemoryMb = outcomes.Max(o => o.Number("peak_memory_mb")),
            Report = report,
        };
    }

    private double[] Curve(Func<CurvePoint, double> figure) => [.. _curve.Points.Select(figure)];

    private PublishedComparison Compare(PublishedReturns published) => new(
        published.Source,
        published.BestSoFar,
        [.. published.Returns.Select(p => p.Trial)],
        [.. published.Returns.Select(p => p.Return)],
        [.. published.Returns.Select(p => _curve.At(p.Trial)?.Mean ?? double.NaN)],
        [.. published.Returns.Select(p => _curve.At(p.Trial)?.BestSoFar ?? double.NaN)]);
}
