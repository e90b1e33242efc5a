using System.Xml.Linq;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Data.Checkpoints;
using Robotics.Learning.Jobs;
using Robotics.Learning.Pets;
using Robotics.Learning.Settings;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Pages;
using Robotics.Testing;
using Robotics.Tests.Unit.Learning;
using Robotics.Tests.Unit.Runtime;

namespace Robotics.Tests.Unit.Reporting;

public sealed class RunReportTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Render_EveryPart_IsWellFormedAndNeedsNothingElse()
    {
        var text = RunReport.Render(SampleReport.Create());
        var html = XDocument.Parse(text);
        Assert.Equal(3, html.Descendants(Svg + "svg").Count());
        Assert.All(html.Descendants(Svg + "svg"), s => Assert.NotEmpty(s.Element(Svg + "desc")!.Value));
        Assert.All(
            html.Descendants("img"), i => Assert.StartsWith("data:image/png;base64,", i.Attribute("src")!.Value, StringComparison.Ordinal));
        Assert.All(html.Descendants("img"), i => Assert.NotEmpty(i.Attribute("alt")!.Value));
        Assert.DoesNotContain(
            html.Descendants().Attributes(),
            a => a.Name.LocalName is "href" or "src" && !a.Value.StartsWith("data:", StringComparison.Ordinal));
        Assert.DoesNotContain("url(", text, StringComparison.Ordinal);
        Assert.Equal("Reach & hold <sample>", html.Descendants("h1").Single().Value);
        string[] sentences =
        [
            "robot train reach --seeds 3 \"quoted\"", "1, 2, 3", "two cores", "within the central 50 %", "acts at random",
            "plans with the true model", "2026-01-02 03:04 UTC", "Numbers of a test.", "published, best so far", "Beside a paper",
        ];
        foreach (var expected in sentences)
            Assert.Contains(expected, html.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OnlyTheHeader_LeavesTheRestOut()
    {
        var html = XDocument.Parse(
            RunReport.Render(new RunReportContent { Title = "t", Command = "c", Task = "k", Seeds = [1], Machine = "m" }));
        Assert.Single(html.Descendants("section"));
        Assert.Empty(html.Descendants(Svg + "svg"));
    }

    [Fact]
    public void Write_WithACurve_WritesItAsAFileOfItsOwn()
    {
        using var folder = new TemporaryFolder();
        var path = RunReport.Write(folder.Path, SampleReport.Create());
        Assert.Equal("report.html", Path.GetFileName(path));
        Assert.Equal(Svg + "svg", XDocument.Load(folder.File("learning-curve.svg")).Root!.Name);
    }

    [Fact]
    public async Task TrialMetrics_OfAFinishedRun_GiveItsCurveAndTable()
    {
        using var folder = new TemporaryFolder();
        var run = new RunFolder(folder.File("run"));
        var task = PointMassTask.Create();
        await using var environment = await PointMassTask.ConnectAsync(new PointMassWorld(task), task);
        using var learner = new ToyLearner();
        var options = new ReinforcementOptions { Trials = 1 };
        var experiment = new ReinforcementExperiment(
            options, environment, learner, l => PointMassTask.Controller(new ToyPolicy((ToyLearner)l)), run, new SystemClock());
        var reports = await experiment.RunAsync(TestContext.Current.CancellationToken);
        var curve = TrialMetrics.ReadCurve(new Dictionary<ulong, RunFolder> { [0] = run }, RandomKey.FromSeed(0));
        Assert.Equal(reports.Select(r => r.MeanReturn), curve.Points.Select(p => p.Mean));
        var table = ReportTable.FromTrials(TrialMetrics.Read(run));
        Assert.Equal(["0", "random"], table.Rows[0].Take(2));
        Assert.Equal("–", table.Rows[0][8]);
        Assert.Equal(table.Columns.Count, table.Rows[1].Count);
        var content = new RunReportContent { Title = "t", Command = "c", Task = "k", Seeds = [0], Machine = "m" }
            .AddRuns(new Dictionary<ulong, RunFolder> { [0] = run })
            .AddPredictions([SampleReport.Swing(30)], SampleReport.Space, new DriftingRecorder(0.02), RandomKey.FromSeed(0));
        Assert.Equal(reports[0].MeanReturn, content.RandomReturn);
        Assert.Equal(PointMassTask.Horizon, content.PlanTimes!.Count);
        Assert.Single(content.Forecasts);
        Assert.Equal(4, XDocument.Parse(RunReport.Render(content)).Descendants("section").Count(s => s.Element("h2") is not null));
    }

    [Fact]
    public void TrialMetrics_NoRun_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            "no run", Assert.Throws<UserErrorException>(() => TrialMetrics.Read(new RunFolder(folder.Path))).Message,
            StringComparison.Ordinal);
    }
}
