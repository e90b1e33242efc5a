using Robotics.Core.Randomness;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Pages;
using Robotics.Reporting.Plots;

namespace Robotics.Studies.Mechanism;

/// <summary>Plots, tables and results of the conditions of one task.</summary>
internal static class ConditionReport
{
    private static readonly (string Column, Func<ConditionMetrics, IReadOnlyList<double>> Of)[] Columns =
    [
        ("return while learning", a => a.MeanOf("return")),
        ("return, last trial", a => a.LastOf("return")),
        ("exploitation gap", a => a.MeanOf("exploitation_gap")),
        ("plans' rms error", a => a.MeanOf("plan_error_rmse")),
        ("disagreement", a => a.MeanOf("disagreement")),
        ("rank correlation with errors", a => a.RankCorrelations),
        ("rank correlation within a trial", a => a.MeanOf("disagreement_rank_correlation")),
        ("decision, ms", a => a.MeanOf("plan_ms_p50")),
        ("updates", a => a.SumOf("updates")),
        ("training, s", a => a.SumOf("train_s")),
    ];

    /// <summary>A metric by trial, one line with its interval per condition.</summary>
    public static PlotSvg Plot(TaskConditions task, string name, string title, bool withBaselines)
    {
        var layers = new List<PlotLayer>();
        if (withBaselines)
        {
            layers.Add(new HorizontalLayer(task.GroundTruthReturn) { Colour = PlotPalette.Green, Label = "ground-truth dynamics" });
            layers.Add(new HorizontalLayer(task.RandomReturn) { Colour = PlotPalette.Grey, Label = "random actions", Dash = "2 4" });
        }

        foreach (var condition in task.Conditions)
        {
            var curve = condition.Curve(name);
            layers.Add(new BandLayer(curve.Trials, curve.Low, curve.High) { Colour = condition.Condition.Colour, Opacity = 0.12 });
            layers.Add(new LineLayer(curve.Trials, curve.Mean)
            {
                Colour = condition.Condition.Colour,
                Label = condition.Condition.Label,
                Markers = true,
            });
        }

        return new PlotSvg
        {
            Title = $"{title}, task {task.Task}",
            Description = $"{title} of {task.Conditions.Count} conditions in task {task.Task}: mean over seeds with its 95 % interval.",
            XLabel = "trial",
            YLabel = title,
            CountsOnX = true,
            Layers = layers,
        };
    }

    /// <summary>Metrics of the conditions: mean over seeds with its 95 % interval.</summary>
    public static ReportTable Table(TaskConditions task) => new(
        $"Task {task.Task}: random return {Figure.From(task.RandomReturn)}, with ground-truth dynamics "
        + $"{Figure.From(task.GroundTruthReturn)}",
        ["condition", .. Columns.Select(f => f.Column), "score while learning"],
        [.. task.Conditions.Select(a => (IReadOnlyList<string>)
        [
            a.Condition.Label, .. Columns.Select(f => Cell(f.Of(a))), Figure.From(task.Score(ConditionMetrics.Average(a.MeanOf("return")))),
        ])]);

    /// <summary>Metrics and learning curves of the conditions.</summary>
    public static TaskResult ToResult(TaskConditions task) =>
        new(task.RandomReturn, task.GroundTruthReturn, task.Conditions.ToDictionary(a => a.Condition.Name, a => ToResult(task, a)));

    private static ConditionResult ToResult(TaskConditions task, ConditionMetrics condition)
    {
        var curve = condition.Curve("return");
        return new ConditionResult(condition.Condition.Label, condition.Condition.Overlay)
        {
            ReturnMean = ToMetric("return_mean", condition.MeanOf("return")),
            ReturnLast = ToMetric("return_last", condition.LastOf("return")),
            ExploitationGap = ToMetric("exploitation_gap", condition.MeanOf("exploitation_gap")),
            PlanErrorRmse = ToMetric("plan_error_rmse", condition.MeanOf("plan_error_rmse")),
            Disagreement = ToMetric("disagreement", condition.MeanOf("disagreement")),
            RankCorrelation = ToMetric("rank_correlation", condition.RankCorrelations),
            RankCorrelationWithinTrials = ToMetric("rank_correlation_within_trials", condition.MeanOf("disagreement_rank_correlation")),
            DecisionMs = ToMetric("decision_ms", condition.MeanOf("plan_ms_p50")),
            Updates = ToMetric("updates", condition.SumOf("updates")),
            TrainingSeconds = ToMetric("training_seconds", condition.SumOf("train_s")),
            Score = task.Score(ConditionMetrics.Average(condition.MeanOf("return"))),
            Returns = curve.Mean,
            ReturnsLow95 = curve.Low,
            ReturnsHigh95 = curve.High,
            Gaps = condition.Curve("exploitation_gap").Mean,
        };
    }

    // The name is the key of the bootstrap's randomness.
    private static MetricResult ToMetric(string name, IReadOnlyList<double> values) => new Criterion(name, name, values).ToResult();

    /// <summary>Mean over seeds, with its 95 % interval if there are several; a dash without a finite value.</summary>
    public static string Cell(IReadOnlyList<double> values)
    {
        var known = values.Where(double.IsFinite).ToList();
        if (known.Count == 0)
            return "–";
        var interval = Statistics.BootstrapInterval(known, RandomKey.FromSeed(0));
        return known.Count == 1
            ? Figure.From(known[0])
            : $"{Figure.From(known.Average())} ({Figure.From(interval.Low)} to {Figure.From(interval.High)})";
    }
}
