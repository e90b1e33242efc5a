using Robotics.Core.Models;
using Robotics.Core.Threading;
using Robotics.Data.Storage;
using Robotics.Reporting.Images;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Plots;

namespace Robotics.Reporting.Pages;

/// <summary>Content of a report. Everything but the header is optional. Immutable.</summary>
public sealed record RunReportContent
{
    /// <summary>The report's title.</summary>
    public required string Title { get; init; }

    /// <summary>The command line that made the run, so that it can be made again.</summary>
    public required string Command { get; init; }

    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>The seeds.</summary>
    public required IReadOnlyList<ulong> Seeds { get; init; }

    /// <summary>The commit of the program.</summary>
    public string Commit { get; init; } = BuildIdentity.Commit;

    /// <summary>The machine: processor, system, library versions.</summary>
    public required string Machine { get; init; }

    /// <summary>Start time of the run, UTC.</summary>
    public DateTimeOffset? StartedAtUtc { get; init; }

    /// <summary>The learning curve.</summary>
    public LearningCurve? Curve { get; init; }

    /// <summary>The mean return at random.</summary>
    public double? RandomReturn { get; init; }

    /// <summary>The mean return of a controller that plans with the true model.</summary>
    public double? OracleReturn { get; init; }

    /// <summary>Published returns for the task.</summary>
    public PublishedReturns? Published { get; init; }

    /// <summary>Images of episodes.</summary>
    public IReadOnlyList<Film> Films { get; init; } = [];

    /// <summary>Predictions compared with measurements; one or more elements of episodes.</summary>
    public IReadOnlyList<PlotSvg> Forecasts { get; init; } = [];

    /// <summary>Coverage of the model's predictive intervals.</summary>
    public CoverageTable? Coverage { get; init; }

    /// <summary>Durations of decisions.</summary>
    public LatencyHistogram? PlanTimes { get; init; }

    /// <summary>Maximum duration of a decision.</summary>
    public TimeSpan? PlanDeadline { get; init; }

    /// <summary>Further drawings of timings, for example a loop's lateness.</summary>
    public IReadOnlyList<PlotSvg> Timings { get; init; } = [];

    /// <summary>Further drawings: what a study found.</summary>
    public IReadOnlyList<PlotSvg> Plots { get; init; } = [];

    /// <summary>Further tables.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    /// <summary>Warnings of the run, a sentence each; shown first.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Remarks, each a paragraph.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>Images of one episode in order. Immutable.</summary>
/// <param name="Caption">Caption.</param>
/// <param name="Frames">At least one image, all of one format.</param>
/// <param name="Period">Time between frames.</param>
public sealed record Film(string Caption, IReadOnlyList<Image> Frames, TimeSpan Period);

/// <summary>A table of texts. Immutable.</summary>
/// <param name="Caption">Caption.</param>
/// <param name="Columns">The columns' names; the first column names the rows.</param>
/// <param name="Rows">The cells, row by row.</param>
public sealed record ReportTable(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>The trials of a run as a table.</summary>
    public static ReportTable FromTrials(IReadOnlyList<TrialMetrics> trials) => new(
        "Trials",
        [
            "trial", "controller", "return", "success", "steps", "plan, ms (mean)", "plan, ms (99 %)", "training, s", "loss",
            "return prediction bias", "exploitation gap", "disagreement", "its rank correlation with errors", "limited commands"],
        [.. trials.Select(t => (IReadOnlyList<string>)
        [
            Figure.Count(t.Trial), t.Text("controller"), Figure.From(t.Number("return")), Figure.Percent(t.Number("success_rate")),
            Figure.From(t.Number("steps")), Figure.From(t.Number("plan_ms_mean")), Figure.From(t.Number("plan_ms_p99")), Figure.From(
                t.Number("train_s")),
            Figure.From(t.Number("loss")), Figure.From(t.Number("predicted_return_bias")), Figure.From(t.Number("exploitation_gap")),
            Figure.From(t.Number("disagreement")), Figure.From(t.Number("disagreement_rank_correlation")), Figure.From(t.Number("limited")),
        ])]);

    /// <summary>Controllers that were evaluated, as a table.</summary>
    public static ReportTable FromEvaluations(IReadOnlyList<EvaluationResult> evaluations) => new(
        "Evaluation",
        ["controller", "episodes", "return (mean)", "return (sd)", "success", "95 % interval of success"],
        [.. evaluations.Select(e => (IReadOnlyList<string>)
        [
            e.Controller, Figure.Count(e.Episodes.Count), Figure.From(e.Mean), Figure.From(e.StandardDeviation), Figure.Percent(
                e.SuccessRate),
            $"{Figure.Percent(e.SuccessInterval.Low)} to {Figure.Percent(e.SuccessInterval.High)}",
        ])]);

    /// <summary>Coverage of predictive intervals, over all predicted elements.</summary>
    public static ReportTable FromCoverage(CoverageTable coverage) => new(
        "Coverage of the predicted intervals",
        [
            "steps ahead", .. coverage.Levels.Select(l => $"within the central {l:P0}"), "calibration error", "relative error",
            "numbers compared"],
        [.. coverage.Rows.Where(r => r.Element is null).Select(r => (IReadOnlyList<string>)
        [
            Figure.Count(r.HorizonSteps), .. r.Coverage.Select(Figure.Percent), Figure.From(r.CalibrationError), Figure.From(
                r.RelativeError), Figure.Count(r.Samples),
        ])]);

    /// <summary>A learning curve as a table.</summary>
    public static ReportTable FromCurve(LearningCurve curve) => new(
        $"Return over {curve.Seeds.Count} seeds; mean while learning {Figure.From(curve.MeanArea)}",
        ["trial", "seeds", "mean", "sd", "95 % interval of the mean", "median", "worst", "best"],
        [.. curve.Points.Select(p => (IReadOnlyList<string>)
        [
            Figure.Count(p.Trial), Figure.Count(p.Seeds), Figure.From(p.Mean), Figure.From(p.StandardDeviation),
            $"{Figure.From(p.Interval.Low)} to {Figure.From(p.Interval.High)}",
            Figure.From(p.Median), Figure.From(p.Minimum), Figure.From(p.Maximum),
        ])]);

    /// <summary>Comparison of a learning curve with published returns, at their trials; a dash where ours has not come so far.</summary>
    public static ReportTable FromPublished(LearningCurve curve, PublishedReturns published) => new(
        $"Beside {published.Source}",
        ["trial", published.BestSoFar ? "published, best so far" : "published", "ours", "ours, best so far"],
        [.. published.Returns.Select(p => (p.Trial, p.Return, Ours: curve.At(p.Trial))).Select(p => (IReadOnlyList<string>)
        [
            Figure.Count(p.Trial), Figure.From(p.Return), Figure.From(p.Ours?.Mean ?? double.NaN), Figure.From(
                p.Ours?.BestSoFar ?? double.NaN),
        ])]);
}
