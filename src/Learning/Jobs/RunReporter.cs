using Robotics.Controller.Loops;
using Robotics.Core.Randomness;
using Robotics.Core.Threading;
using Robotics.Data.Checkpoints;
using Robotics.Learning.Displays;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Pets;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Reporting.Pages;
using Robotics.Reporting.Plots;
using Robotics.Runtime.WallClock;

namespace Robotics.Learning.Jobs;

/// <summary>Composes the report of a learning run from its parts.</summary>
internal static class RunReporter
{
    /// <summary>Writes the report.</summary>
    /// <param name="context">The command.</param>
    /// <param name="session">The task.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="outcome">The learning.</param>
    /// <param name="evaluation">Episodes outside the model's training set; or null.</param>
    /// <param name="wall">The run against the wall clock; or null.</param>
    /// <returns>The report's path.</returns>
    public static string Write(
        RunContext context, LearningSession session, RunFolder folder, TrainingOutcome outcome, FilmedEvaluation? evaluation,
        WallClockReport? wall)
    {
        var content = new RunReportContent
        {
            Title = $"Learning {session.Task.Name} from nothing",
            Command = context.CommandLine,
            Task = session.Task.Name,
            Seeds = [context.Seed],
            Machine = MachineDescription.Create(),
            StartedAtUtc = context.Clock.StartedAtUtc,
            RandomReturn = outcome.Baselines.AreKnown ? outcome.Baselines.Random : null,
            OracleReturn = outcome.Baselines.AreKnown ? outcome.Baselines.GroundTruth : null,
            Published = session.Task.Published,
            Films = evaluation?.Film is { } film ? [film] : [],
            PlanDeadline = TimeSpan.FromSeconds(session.Task.ControlPeriodSeconds),
            Timings = wall is null
                ? []
                :
                [
                    Timing("Work of a control tick, against the wall clock", wall.Durations),
                    Timing("Lateness of the control loop's ticks", wall.Lateness),
                ],
            Tables =
            [
                .. evaluation is null ? [] : new[] { ReportTable.FromEvaluations([evaluation.Result]) },
                .. wall is null ? Array.Empty<ReportTable>() : [FromLoops(wall)],
            ],
            Warnings = context.Output.Warnings,
            Notes = evaluation?.WhyNoFilm is { } reason ? [reason] : [],
        };
        content = content.AddRuns(new Dictionary<ulong, RunFolder> { [context.Seed] = folder });
        if (evaluation is not null)
        {
            var key = RandomKey.FromSeed(context.Seed).Derive("report");
            content = content.AddPredictions(evaluation.Result.Episodes, session.Task.Observations, outcome.Model.Recorder!, key);
        }

        return RunReport.Write(folder.Path, content);
    }

    private static PlotSvg Timing(string title, LatencyHistogram durations) => LatencyPlot.Create(title, durations, null);

    private static ReportTable FromLoops(WallClockReport wall) => new(
        "Loops against the wall clock",
        [
            "loop", "rate, Hz", "achieved, Hz", "ticks", "missed", "late 50 %, µs", "late 99 %, µs", "latest, µs", "work 50 %, ms",
            "work 99 %, ms",
        ],
        [Row(wall.Control), Row(wall.Servo)]);

    private static IReadOnlyList<string> Row(LoopTimings t) =>
    [
        t.Name, Figure.From(t.RateHz), Figure.From(t.AchievedHz), Figure.Count(t.Ticks), Figure.Count(t.Missed),
        Figure.From(t.LatenessUs.P50), Figure.From(t.LatenessUs.P99), Figure.From(t.LatenessUs.Max),
        Figure.From(t.DurationUs.P50 * 1e-3), Figure.From(t.DurationUs.P99 * 1e-3),
    ];

}
