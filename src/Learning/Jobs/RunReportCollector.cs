using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Spaces;
using Robotics.Core.Threading;
using Robotics.Data.Checkpoints;
using Robotics.Data.Episodes;
using Robotics.Learning.Calibration;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Pages;
using Robotics.Reporting.Plots;
using Robotics.Runtime.LockStep;

namespace Robotics.Learning.Jobs;

/// <summary>Collects the contents of a report from run folders and models. Thread-safe; reads the disk.</summary>
public static class RunReportCollector
{
    private const int MaximumPlots = 8;
    private const int PlottedSteps = 25;

    /// <summary>Adds learning curve, planning times and tables to the existing content.</summary>
    /// <param name="content">The header.</param>
    /// <param name="runs">Runs by seed; at least one.</param>
    /// <exception cref="UserErrorException">A run is missing or damaged.</exception>
    public static RunReportContent AddRuns(this RunReportContent content, IReadOnlyDictionary<ulong, RunFolder> runs)
    {
        var curve = TrialMetrics.ReadCurve(runs, RandomKey.FromSeed(0).Derive("report"));
        var tables = runs.OrderBy(r => r.Key)
            .Select(
                r => ReportTable.FromTrials(TrialMetrics.Read(r.Value)) is var table && runs.Count > 1
                    ? table with { Caption = $"Trials of seed {r.Key}" }
                    : table);
        return content with
        {
            Curve = content.Curve ?? curve,
            RandomReturn = content.RandomReturn ?? RandomReturn(runs.Values),
            PlanTimes = content.PlanTimes ?? PlanTimes(runs.Values),
            Tables = [.. content.Tables, .. runs.Count > 1 ? [ReportTable.FromCurve(curve)] : Array.Empty<ReportTable>(), .. tables],
        };
    }

    /// <summary>Adds predictions of a model against recorded values: plots of one episode and the coverage over all.</summary>
    /// <param name="content">The content so far.</param>
    /// <param name="episodes">Episodes outside the model's training set, at least one.</param>
    /// <param name="space">The layout of observations.</param>
    /// <param name="recorder">The model.</param>
    /// <param name="key">Random key of the particles.</param>
    public static RunReportContent AddPredictions(
        this RunReportContent content, IReadOnlyList<Episode> episodes, ObservationSpace space, ITrajectoryRecorder recorder, RandomKey key)
    {
        var episode = episodes[0];
        var horizon = Math.Min(PlottedSteps, episode.Steps);
        var forecast = Forecast.From(episode, 0, horizon, recorder, key.Derive("plots"));
        var plotted = Enumerable.Range(0, space.Dimension).Where(
            i => space.Elements[i].Treatment == ObservationTreatment.Predict).Take(MaximumPlots);
        return content with
        {
            Forecasts = [.. content.Forecasts, .. plotted.Select(i => ForecastPlot.Create(episode, forecast, i, space))],
            Coverage = CoverageEvaluator.Evaluate(
                recorder, space, episodes[0].ActionDimension, episodes.Select(TestEpisode.From), new CoverageOptions(),
                key.Derive("coverage")),
        };
    }

    private static double? RandomReturn(IEnumerable<RunFolder> runs)
    {
        var returns = runs.SelectMany(TrialMetrics.Read).Where(
            t => t.Text("controller") == new RandomPolicy().Name).Select(t => t.Number("return")).ToList();
        return returns.Count == 0 ? null : returns.Average();
    }

    private static LatencyHistogram PlanTimes(IEnumerable<RunFolder> runs)
    {
        var times = new LatencyHistogram();
        var planned = runs.SelectMany(r => new EpisodeStore(r.Episodes).List()).Select(f => EpisodeStore.Read(f.Path))
            .Where(e => e.Header.PlanHorizon > 0);
        foreach (var nanoseconds in planned.SelectMany(e => e.PlanNanoseconds))
            times.Record(nanoseconds);
        return times;
    }
}
