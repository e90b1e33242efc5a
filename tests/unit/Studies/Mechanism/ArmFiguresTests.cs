using Robotics.Data.Checkpoints;
using Robotics.Data.Metrics;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Reporting.Plots;
using Robotics.Studies.Ensembles;
using Robotics.Studies.Mechanism;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Studies;

public sealed class ArmFiguresTests : IDisposable
{
    private static readonly StudyArm Arm = new("pe", "PE", PlotPalette.Blue, "schema: 1\n");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Figures_OfTwoSeeds_LeaveTheRandomTrialOut()
    {
        var figures = new ArmFigures(Arm, new Dictionary<ulong, RunFolder> { [2] = Run("two", 5), [1] = Run("one", 1) });
        Assert.Equal([2.5, 6.5], figures.MeanOf("return"));
        Assert.Equal([3, 7], figures.LastOf("return"));
        Assert.Equal([5, 13], figures.SumOf("return"));
        Assert.True(double.IsNaN(figures.MeanOf("unknown")[0]));
        Assert.Equal([1, 1], figures.RankCorrelations);
        var course = figures.Course("return");
        Assert.Equal([1, 2], course.Trials);
        Assert.Equal([4, 5], course.Mean);
        Assert.Equal((2, 6), (course.Low[0], course.High[0]));
    }

    [Theory]
    [InlineData(1.0, 4.0, 0.75)]
    [InlineData(6.0, 4.0, -0.5)]
    [InlineData(-0.1, 4.0, 1.0)]
    [InlineData(-0.1, -0.2, 1.0)]
    [InlineData(0.1, -0.2, 0.0)]
    public void Cut_OfAGap_IsTheShareThatIsGone(double ensemble, double single, double expected) => Assert.Equal(expected, ExploitationStudy.Cut(ensemble, single), 12);

    [Fact]
    public void Report_OfATask_HasEveryArm()
    {
        var task = new StudyTask("my-task", 0, 10, [new ArmFigures(Arm, new Dictionary<ulong, RunFolder> { [1] = Run("one", 1) })]);
        Assert.Equal(("my_task", 0.5), (task.Key, task.Score(5)));
        var table = ArmReport.Table(task);
        Assert.Equal(table.Columns.Count, Assert.Single(table.Rows).Count);
        var json = ResultJson.From(ArmReport.ToResult(task))["arms"]!["pe"]!;
        Assert.Equal(2.5, json["return_mean"]!["mean"]!.GetValue<double>());
        Assert.Null(json["disagreement"]!["mean"]);
        Assert.Contains("PE", ArmReport.Plot(task, "return", "Return", true).Render(), StringComparison.Ordinal);
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
