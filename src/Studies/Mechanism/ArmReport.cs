using Robotics.Core.Randomness;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Pages;
using Robotics.Reporting.Plots;

namespace Robotics.Studies.Mechanism;

/// <summary>A task's arms as drawing, table and result.</summary>
internal static class ArmReport
{
    private static readonly (string Column, Func<ArmFigures, IReadOnlyList<double>> Of)[] Columns =
    [
        ("return while learning", a => a.MeanOf("return")),
        ("return, last trial", a => a.LastOf("return")),
        ("exploitation gap", a => a.MeanOf("exploitation_gap")),
        ("plans' rms error", a => a.MeanOf("plan_error_rmse")),
        ("disagreement", a => a.MeanOf("disagreement")),
        ("its rank correlation with errors", a => a.RankCorrelations),
        ("the same within a trial", a => a.MeanOf("disagreement_rank_correlation")),
        ("decision, ms", a => a.MeanOf("plan_ms_p50")),
        ("updates", a => a.SumOf("updates")),
        ("training, s", a => a.SumOf("train_s")),
    ];

    /// <summary>A figure trial by trial, one line with its interval per arm.</summary>
    public static PlotSvg Plot(StudyTask task, string name, string title, bool withBaselines)
    {
        var layers = new List<PlotLayer>();
        if (withBaselines)
        {
            layers.Add(new HorizontalLayer(task.OracleReturn) { Colour = PlotPalette.Green, Label = "plans with the true model" });
            layers.Add(new HorizontalLayer(task.RandomReturn) { Colour = PlotPalette.Grey, Label = "acts at random", Dash = "2 4" });
        }

        foreach (var arm in task.Arms)
        {
            var course = arm.Course(name);
            layers.Add(new BandLayer(course.Trials, course.Low, course.High) { Colour = arm.Arm.Colour, Opacity = 0.12 });
            layers.Add(new LineLayer(course.Trials, course.Mean) { Colour = arm.Arm.Colour, Label = arm.Arm.Label, Markers = true });
        }

        return new PlotSvg
        {
            Title = $"{title}, task {task.Task}",
            Description = $"{title} of {task.Arms.Count} arms in task {task.Task}: mean over seeds with its 95 % interval.",
            XLabel = "trial",
            YLabel = title,
            CountsOnX = true,
            Layers = layers,
        };
    }

    /// <summary>The arms' figures: mean over seeds with its 95 % interval.</summary>
    public static ReportTable Table(StudyTask task) => new(
        $"Task {task.Task}: random return {Figure.From(task.RandomReturn)}, with the true model {Figure.From(task.OracleReturn)}",
        ["arm", .. Columns.Select(f => f.Column), "score while learning"],
        [.. task.Arms.Select(a => (IReadOnlyList<string>)
        [
            a.Arm.Label, .. Columns.Select(f => Cell(f.Of(a))), Figure.From(task.Score(ArmFigures.Average(a.MeanOf("return")))),
        ])]);

    /// <summary>The arms' figures and curves for the result.</summary>
    public static TaskResult ToResult(StudyTask task) =>
        new(task.RandomReturn, task.OracleReturn, task.Arms.ToDictionary(a => a.Arm.Name, a => ToResult(task, a)));

    private static ConditionResult ToResult(StudyTask task, ArmFigures arm)
    {
        var course = arm.Course("return");
        return new ConditionResult(arm.Arm.Label, arm.Arm.Overlay)
        {
            ReturnMean = ToFigure("return_mean", arm.MeanOf("return")),
            ReturnLast = ToFigure("return_last", arm.LastOf("return")),
            ExploitationGap = ToFigure("exploitation_gap", arm.MeanOf("exploitation_gap")),
            PlanErrorRmse = ToFigure("plan_error_rmse", arm.MeanOf("plan_error_rmse")),
            Disagreement = ToFigure("disagreement", arm.MeanOf("disagreement")),
            RankCorrelation = ToFigure("rank_correlation", arm.RankCorrelations),
            RankCorrelationWithinTrials = ToFigure("rank_correlation_within_trials", arm.MeanOf("disagreement_rank_correlation")),
            DecisionMs = ToFigure("decision_ms", arm.MeanOf("plan_ms_p50")),
            Updates = ToFigure("updates", arm.SumOf("updates")),
            TrainingSeconds = ToFigure("training_seconds", arm.SumOf("train_s")),
            Score = task.Score(ArmFigures.Average(arm.MeanOf("return"))),
            Returns = course.Mean,
            ReturnsLow95 = course.Low,
            ReturnsHigh95 = course.High,
            Gaps = arm.Course("exploitation_gap").Mean,
        };
    }

    // The name is the key of the bootstrap's randomness.
    private static StudyFigure ToFigure(string name, IReadOnlyList<double> values) => new StudyBar(name, name, values).ToFigure();

    /// <summary>A figure's mean over seeds, with its 95 % interval where there are several; a dash where there is none.</summary>
    public static string Cell(IReadOnlyList<double> values)
    {
        var known = values.Where(double.IsFinite).ToList();
        if (known.Count == 0)
            return "–";
        var interval = Statistics.BootstrapInterval(known, RandomKey.FromSeed(0));
        return known.Count == 1 ? Figure.From(known[0]) : $"{Figure.From(known.Average())} ({Figure.From(interval.Low)} to {Figure.From(interval.High)})";
    }
}
