using System.Text.Json.Nodes;
using Robotics.App.Shell;
using Robotics.Core;
using Robotics.Learning;

namespace Robotics.App.Studies;

/// <summary>A task's arms as drawing, table and result.</summary>
internal static class ArmReport
{
    private static readonly (string Key, string Column, Func<ArmFigures, IReadOnlyList<double>> Of)[] Figures =
    [
        ("return_mean", "return while learning", a => a.MeanOf("return")),
        ("return_last", "return, last trial", a => a.LastOf("return")),
        ("exploitation_gap", "exploitation gap", a => a.MeanOf("exploitation_gap")),
        ("plan_error_rmse", "plans' rms error", a => a.MeanOf("plan_error_rmse")),
        ("disagreement", "disagreement", a => a.MeanOf("disagreement")),
        ("rank_correlation", "its rank correlation with errors", a => a.RankCorrelations),
        ("rank_correlation_within_trials", "the same within a trial", a => a.MeanOf("disagreement_rank_correlation")),
        ("decision_ms", "decision, ms", a => a.MeanOf("plan_ms_p50")),
        ("updates", "updates", a => a.SumOf("updates")),
        ("training_seconds", "training, s", a => a.SumOf("train_s")),
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
        $"Task {task.Task}: random return {Figure.Of(task.RandomReturn)}, with the true model {Figure.Of(task.OracleReturn)}",
        ["arm", .. Figures.Select(f => f.Column), "score while learning"],
        [.. task.Arms.Select(a => (IReadOnlyList<string>)[a.Arm.Label, .. Figures.Select(f => Cell(f.Of(a))), Figure.Of(task.Score(ArmFigures.Average(a.MeanOf("return"))))])]);

    /// <summary>The arms' figures and curves for the result.</summary>
    public static JsonObject ToJson(StudyTask task) => new()
    {
        ["random_return"] = CommandOutput.Number(task.RandomReturn),
        ["oracle_return"] = CommandOutput.Number(task.OracleReturn),
        ["arms"] = new JsonObject(task.Arms.Select(a => KeyValuePair.Create(a.Arm.Name, (JsonNode?)ToJson(task, a)))),
    };

    private static JsonObject ToJson(StudyTask task, ArmFigures arm)
    {
        var json = new JsonObject { ["label"] = arm.Arm.Label, ["settings"] = arm.Arm.Overlay };
        foreach (var (key, _, of) in Figures)
            json[key] = new StudyBar(key, key, of(arm)).ToJson();
        json["score"] = CommandOutput.Number(task.Score(ArmFigures.Average(arm.MeanOf("return"))));
        var course = arm.Course("return");
        json["returns"] = Numbers(course.Mean);
        json["returns_low95"] = Numbers(course.Low);
        json["returns_high95"] = Numbers(course.High);
        json["gaps"] = Numbers(arm.Course("exploitation_gap").Mean);
        return json;
    }

    /// <summary>A figure's mean over seeds, with its 95 % interval where there are several; a dash where there is none.</summary>
    public static string Cell(IReadOnlyList<double> values)
    {
        var known = values.Where(double.IsFinite).ToList();
        if (known.Count == 0)
            return "–";
        var interval = Statistics.BootstrapInterval(known, RandomKey.FromSeed(0));
        return known.Count == 1 ? Figure.Of(known[0]) : $"{Figure.Of(known.Average())} ({Figure.Of(interval.Low)} to {Figure.Of(interval.High)})";
    }

    private static JsonArray Numbers(IEnumerable<double> values) => [.. values.Select(CommandOutput.Number)];
}
