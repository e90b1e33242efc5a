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

/// <summary>Reports a latent training: the page, the learning curve as a drawing, the command's result.</summary>
internal static class LatentReport
{
    /// <summary>Writes <c>report.html</c> and <c>curve.svg</c> and fills the result.</summary>
    public static void Write(
        RunContext context,
        LearningSession session,
        LatentLearner learner,
        LatentEvaluation evaluation,
        SequenceLoss validation,
        string folder)
    {
        var rows = TrainingLog.Read(folder);
        var plot = session.Task.Success is null ? Returns(rows) : Curve(rows);
        AtomicFile.WriteText(Path.Combine(folder, "curve.svg"), plot.Render());
        FaultReport.Warn(context.Output, evaluation.Result.Faults);
        var content = new RunReportContent
        {
            Title = $"Training {session.Task.Name} on beliefs",
            Command = context.CommandLine,
            Task = session.Task.Name,
            Seeds = [context.Seed],
            Machine = MachineDescription.Create(),
            StartedAtUtc = context.Clock.StartedAtUtc,
            Plots = session.Task.Success is null ? [plot] : [plot, Returns(rows)],
            Films = Films(learner.Model, session, evaluation),
            PlanDeadline = TimeSpan.FromSeconds(session.Task.ControlPeriodSeconds),
            Tables = [Table(rows), ReportTable.FromEvaluations([evaluation.Result])],
            Warnings = context.Output.Warnings,
            Notes =
            [
                "Films: the camera's image at the top (black where an image was lost), the image decoded from the belief in the middle, "
                + "and at the bottom the image decoded from a prediction that gets no observation after the first second.",
            ],
        };
        var path = RunReport.Write(folder, content);
        Report(context.Output, learner, evaluation, validation, rows, folder, path);
    }

    private static void Report(
        CommandOutput output,
        LatentLearner learner,
        LatentEvaluation evaluation,
        SequenceLoss validation,
        IReadOnlyList<IReadOnlyDictionary<string, double>> rows,
        string folder,
        string path)
    {
        LatentFigures.Report(output, evaluation);
        output.Add(new LearningResult
        {
            Updates = learner.Updates,
            PlannedEpisodes = learner.Options.Episodes,
            ValidationElbo = validation.Elbo,
            HeldOutKl = validation.Divergence,
            HeldOutReward = validation.Reward,
            EvaluationSuccessRates = Column(rows, "success_rate"),
            EvaluationEpisodes = Column(rows, "trial"),
            EvaluationUpdates = Column(rows, "updates"),
            EvaluationReturns = Column(rows, "return"),
            EvaluationMinutes = Column(rows, TrainingLog.Minutes),
            EvaluationCpuMinutes = Column(rows, TrainingLog.ProcessorMinutes),
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
            Description = "Mean return of evaluation episodes against the number of planned episodes before.",
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
            Description = "Success rate of evaluation episodes, with its 95 % interval, against the number of planned episodes before.",
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
        [
            "planned episodes", "updates", "success", "return", "median final distance, cm", "median time to success, s",
            "decision, ms (99 %)", "minutes",
        ],
        [.. rows.Select(r => (IReadOnlyList<string>)
        [
            Figure.Count((long)r["trial"]), Figure.Count((long)r["updates"]), Figure.Percent(r["success_rate"]), Figure.From(r["return"]),
            Figure.From(100 * r["final_distance_m"]), Figure.From(r["seconds_to_success"]), Figure.From(r["decision_ms_p99"]),
            Figure.From(r.GetValueOrDefault(TrainingLog.Minutes, double.NaN)),
        ])]);

    /// <summary>The best and the worst episode: camera images, reconstruction and prediction.</summary>
    private static List<Film> Films(SequenceModel model, LearningSession session, LatentEvaluation evaluation)
    {
        var films = new List<Film>();
        var camera = model.Layout.Modalities.ToList().FindIndex(m => m.IsImage);
        if (camera < 0)
            return films;
        var order = evaluation.Result.Episodes.Select((e, i) => (Episode: e, Index: i)).OrderByDescending(e => e.Episode.Return).ToList();
        foreach (var (title, (episode, index)) in new[] { ("Best", order[0]), ("Worst", order[^1]) })
        {
            var replay = new SequenceReplay(model.Layout);
            replay.Add(episode);
            var split = Math.Min(episode.Steps - 1, (int)session.Task.ControlRateHz);
            var frames = FilmStrip.Frames(model, replay, 0, camera, split)
                .Where((_, t) => t % 2 == 0)
                .Select(f => new Image(f.Format, f.Bytes))
                .ToList();
            var distance = LatentFigures.Known(
                evaluation.FinalDistances[index], $", final distance {100 * evaluation.FinalDistances[index]:F1} cm");
            var caption = string.Create(
                CultureInfo.InvariantCulture, $"{title} evaluation episode ({index}): return {episode.Return:F1}{distance}");
            films.Add(new Film(caption, frames, TimeSpan.FromSeconds(2 * session.Task.ControlPeriodSeconds)));
        }

        return films;
    }

    /// <summary>Result of the training besides the last evaluation; lists are over the evaluations. Immutable.</summary>
    private sealed record LearningResult
    {
        /// <summary>Gradient steps.</summary>
        public required long Updates { get; init; }

        /// <summary>Planned episodes.</summary>
        public required int PlannedEpisodes { get; init; }

        /// <summary>ELBO on the validation set, nats a step.</summary>
        public required double ValidationElbo { get; init; }

        /// <summary>KL of posterior and prior on the validation set, nats a step.</summary>
        public required double HeldOutKl { get; init; }

        /// <summary>Negative log-likelihood of rewards on the validation set, nats a step.</summary>
        public required double HeldOutReward { get; init; }

        /// <summary>Success rates.</summary>
        public required IReadOnlyList<double> EvaluationSuccessRates { get; init; }

        /// <summary>Planned episodes before each evaluation.</summary>
        public required IReadOnlyList<double> EvaluationEpisodes { get; init; }

        /// <summary>Gradient steps before each evaluation.</summary>
        public required IReadOnlyList<double> EvaluationUpdates { get; init; }

        /// <summary>Mean returns.</summary>
        public required IReadOnlyList<double> EvaluationReturns { get; init; }

        /// <summary>Wall-clock time before each evaluation, minutes.</summary>
        public required IReadOnlyList<double> EvaluationMinutes { get; init; }

        /// <summary>Processor time before each evaluation, minutes.</summary>
        public required IReadOnlyList<double> EvaluationCpuMinutes { get; init; }

        /// <summary>The run's folder.</summary>
        public required string RunFolder { get; init; }

        /// <summary>Path of the page.</summary>
        public required string Report { get; init; }
    }
}
