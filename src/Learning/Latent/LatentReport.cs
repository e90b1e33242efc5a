using System.Globalization;
using Robotics.Data.Storage;
using Robotics.Learning.Displays;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Images;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Reporting.Pages;
using Robotics.Reporting.Plots;
using Robotics.SequenceModels.Inspection;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using Robotics.WorldModel.Latent;

namespace Robotics.Learning.Latent;

/// <summary>Says what learning to plan in the belief came to: the page, the curve as a drawing, the command's result.</summary>
internal static class LatentReport
{
    /// <summary>Writes <c>report.html</c> and <c>curve.svg</c> and fills the result.</summary>
    public static void Write(RunContext context, LearningSession session, LatentLearner learner, LatentEvaluation found, SequenceLoss held, string folder)
    {
        var rows = LatentCourse.Read(folder);
        var plot = session.Task.Success is null ? Returns(rows) : Curve(rows);
        AtomicFile.WriteText(Path.Combine(folder, "curve.svg"), plot.Render());
        FaultReport.Warn(context.Output, found.Result.Faults);
        var content = new RunReportContent
        {
            Title = $"Learning {session.Task.Name} in the belief",
            Command = context.CommandLine,
            Task = session.Task.Name,
            Seeds = [context.Seed],
            Machine = MachineDescription.Create(),
            StartedAtUtc = context.Clock.StartedAtUtc,
            Plots = session.Task.Success is null ? [plot] : [plot, Returns(rows)],
            Films = Films(learner.Model, session, found),
            PlanDeadline = TimeSpan.FromSeconds(session.Task.ControlPeriodSeconds),
            Tables = [Table(rows), ReportTable.FromEvaluations([found.Result])],
            Warnings = context.Output.Warnings,
            Notes = ["Films: above what the camera saw (black where a picture was lost), in the middle the picture that the belief stands for, below the same from the first second on without any further observation."],
        };
        var path = RunReport.Write(folder, content);
        Report(context.Output, learner, found, held, rows, folder, path);
    }

    private static void Report(
        CommandOutput output, LatentLearner learner, LatentEvaluation found, SequenceLoss held, IReadOnlyList<IReadOnlyDictionary<string, double>> rows, string folder, string path)
    {
        LatentFigures.Report(output, found);
        output.Add(new LearningResult
        {
            Updates = learner.Updates,
            PlannedEpisodes = learner.Options.Episodes,
            ValidationElbo = held.Elbo,
            HeldOutKl = held.Divergence,
            HeldOutReward = held.Reward,
            EvaluationSuccessRates = Column(rows, "success_rate"),
            EvaluationEpisodes = Column(rows, "trial"),
            EvaluationUpdates = Column(rows, "updates"),
            EvaluationReturns = Column(rows, "return"),
            EvaluationMinutes = Column(rows, LatentCourse.Minutes),
            EvaluationCpuMinutes = Column(rows, LatentCourse.ProcessorMinutes),
            RunFolder = folder,
            Report = path,
        });
        output.Line($"Open {path} in a browser.");
    }

    private static double[] Column(IReadOnlyList<IReadOnlyDictionary<string, double>> rows, string name) =>
        [.. rows.Select(r => r.GetValueOrDefault(name, double.NaN))];

    private static PlotSvg Returns(IReadOnlyList<IReadOnlyDictionary<string, double>> rows)
    {
        var x = rows.Select(r => r["trial"]).ToArray();
        return new PlotSvg
        {
            Title = "Return without noise",
            Description = "Mean return of evaluation episodes after so many planned episodes.",
            XLabel = "planned episodes",
            YLabel = "return",
            Layers = [new LineLayer(x, [.. rows.Select(r => r["return"])]) { Markers = true }],
        };
    }

    private static PlotSvg Curve(IReadOnlyList<IReadOnlyDictionary<string, double>> rows)
    {
        var x = rows.Select(r => r["trial"]).ToArray();
        return new PlotSvg
        {
            Title = "Success without noise",
            Description = "Share of evaluation episodes that succeeded, after so many planned episodes, with its 95 % interval.",
            XLabel = "planned episodes",
            YLabel = "success",
            Layers =
            [
                new BandLayer(x, [.. rows.Select(r => r["success_low"])], [.. rows.Select(r => r["success_high"])]) { Label = "95 %" },
                new LineLayer(x, [.. rows.Select(r => r["success_rate"])]) { Markers = true },
            ],
        };
    }

    private static ReportTable Table(IReadOnlyList<IReadOnlyDictionary<string, double>> rows) => new(
        "Evaluations without noise",
        ["planned episodes", "updates", "success", "return", "median final distance, cm", "median time to success, s", "decision, ms (99 %)", "minutes"],
        [.. rows.Select(r => (IReadOnlyList<string>)
        [
            Figure.Count((long)r["trial"]), Figure.Count((long)r["updates"]), Figure.Percent(r["success_rate"]), Figure.From(r["return"]),
            Figure.From(100 * r["final_distance_m"]), Figure.From(r["seconds_to_success"]), Figure.From(r["decision_ms_p99"]),
            Figure.From(r.GetValueOrDefault(LatentCourse.Minutes, double.NaN)),
        ])]);

    /// <summary>The best and the worst episode: real beside imagined.</summary>
    private static List<Film> Films(SequenceModel model, LearningSession session, LatentEvaluation found)
    {
        var films = new List<Film>();
        var camera = model.Layout.Modalities.ToList().FindIndex(m => m.IsImage);
        if (camera < 0)
            return films;
        var order = found.Result.Episodes.Select((e, i) => (Episode: e, Index: i)).OrderByDescending(e => e.Episode.Return).ToList();
        foreach (var (title, (episode, index)) in new[] { ("Best", order[0]), ("Worst", order[^1]) })
        {
            var replay = new SequenceReplay(model.Layout);
            replay.Add(episode);
            var split = Math.Min(episode.Steps - 1, (int)session.Task.ControlRateHz);
            var frames = FilmStrip.Frames(model, replay, 0, camera, split).Where((_, t) => t % 2 == 0).Select(f => new Picture(f.Format, f.Bytes)).ToList();
            var caption = string.Create(CultureInfo.InvariantCulture, $"{title} evaluation episode ({index}): return {episode.Return:F1}{(double.IsNaN(found.FinalDistances[index]) ? "" : $", final distance {100 * found.FinalDistances[index]:F1} cm")}");
            films.Add(new Film(caption, frames, TimeSpan.FromSeconds(2 * session.Task.ControlPeriodSeconds)));
        }

        return films;
    }

    /// <summary>What learning came to, beside the last evaluation; lists are over the evaluations. Immutable.</summary>
    private sealed record LearningResult
    {
        /// <summary>Gradient steps.</summary>
        public required long Updates { get; init; }

        /// <summary>Episodes under the planner.</summary>
        public required int PlannedEpisodes { get; init; }

        /// <summary>The bound on held-out episodes, nats a step.</summary>
        public required double ValidationElbo { get; init; }

        /// <summary>KL of posterior and prior on them, nats a step.</summary>
        public required double HeldOutKl { get; init; }

        /// <summary>Loss of the rewards on them, nats a step.</summary>
        public required double HeldOutReward { get; init; }

        /// <summary>Success rate.</summary>
        public required IReadOnlyList<double> EvaluationSuccessRates { get; init; }

        /// <summary>Planned episodes before.</summary>
        public required IReadOnlyList<double> EvaluationEpisodes { get; init; }

        /// <summary>Gradient steps before.</summary>
        public required IReadOnlyList<double> EvaluationUpdates { get; init; }

        /// <summary>Mean return.</summary>
        public required IReadOnlyList<double> EvaluationReturns { get; init; }

        /// <summary>Minutes before.</summary>
        public required IReadOnlyList<double> EvaluationMinutes { get; init; }

        /// <summary>Minutes of processor time before.</summary>
        public required IReadOnlyList<double> EvaluationCpuMinutes { get; init; }

        /// <summary>The run's folder.</summary>
        public required string RunFolder { get; init; }

        /// <summary>The page.</summary>
        public required string Report { get; init; }
    }
}
