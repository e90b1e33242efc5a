using Robotics.Data.Checkpoints;
using Robotics.Data.Metrics;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Reporting.Plots;
using Robotics.Studies.Ensembles;
using Robotics.Studies.Mechanism;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Studies;

public sealed class ConditionMetricsTests : IDisposable
{
    private static readonly Condition Pe = new("pe", "PE", PlotPalette.Blue, "schema: 1\n");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Metrics_OfTwoSeeds_LeaveTheRandomTrialOut()
    {
        var metrics = new ConditionMetrics(Pe, new Dictionary<ulong, RunFolder> { [2] = Run("two", 5), [1] = Run("one", 1) });
        Assert.Equal([2.5, 6.5], metrics.MeanOf("return"));
        Assert.Equal([3, 7], metrics.LastOf("return"));
        Assert.Equal([5, 13], metrics.SumOf("return"));
        Assert.True(double.IsNaN(metrics.MeanOf("unknown")[0]));
        Assert.Equal([1, 1], metrics.RankCorrelations);
        var curve = metrics.Curve("return");
        Assert.Equal([1, 2], curve.Trials);
        Assert.Equal([4, 5], curve.Mean);
        Assert.Equal((2, 6), (curve.Low[0], curve.High[0]));
    }

    [Theory]
    [InlineData(1.0, 4.0, 0.75)]
    [InlineData(6.0, 4.0, -0.5)]
    [InlineData(-0.1, 4.0, 1.0)]
    [InlineData(-0.1, -0.2, 1.0)]
    [InlineData(0.1, -0.2, 0.0)]
    public void Reduction_OfAnExploitationGap_IsRelativeToTheSingleModel(double ensemble, double single, double expected) =>
        Assert.Equal(expected, ExploitationStudy.Reduction(ensemble, single), 12);

    [Fact]
    public void Report_OfATask_HasEveryCondition()
    {
        var runs = new Dictionary<ulong, RunFolder> { [1] = Run("one", 1) };
        var task = new TaskConditions("my-task", 0, 10, [new ConditionMetrics(Pe, runs)]);
        Assert.Equal(("my_task", 0.5), (task.Key, task.Score(5)));
        var table = ConditionReport.Table(task);
        Assert.Equal(table.Columns.Count, Assert.Single(table.Rows).Count);
        var json = ResultJson.From(ConditionReport.ToResult(task))["conditions"]!["pe"]!;
        Assert.Equal(2.5, json["return_mean"]!["mean"]!.GetValue<double>());
        Assert.Null(json["disagreement"]!["mean"]);
        Assert.Contains("PE", ConditionReport.Plot(task, "return", "Return", true).Render(), StringComparison.Ordinal);
    }

    /// <summary>A random trial and two planned ones that return one and two more; plans whose errors grow with the disagreement.</summary>
    private RunFolder Run(string name, double start)
    {
        var run = new RunFolder(_folder.File(name));
        Directory.CreateDirectory(run.Path);
        using var trials = new MetricsWriter(run.Path, RunFolder.MetricsName, ["trial"]);
        using var audits = new MetricsWriter(run.Path, RunFolder.AuditsName, ReturnPrediction.Columns);
        for (var trial = 0; trial < 3; trial++)
        {
            trials.Append(new MetricsRow(trial).Add("controller", trial == 0 ? "random" : "planner").Add("return", start + trial));
            audits.Append(new ReturnPrediction(trial, 0, 10 * trial).ToRow(trial));
        }

        return run;
    }
}
