using System.Globalization;
using Robotics.Configuration.Binding;
using Robotics.Configuration.Tasks;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Data.Checkpoints;
using Robotics.Data.Metrics;
using Robotics.Data.Storage;
using Robotics.Inference.Formats;
using Robotics.Learning.Episodes;
using Robotics.Learning.Runs;
using Robotics.Learning.Sessions;
using Robotics.Learning.Settings;
using Robotics.Reporting.Output;
using Robotics.Runtime.Tasks;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using TorchSharp;

namespace Robotics.Learning.Estimators;

/// <summary>Options of <c>train estimator</c> beyond the task's settings. Immutable.</summary>
/// <param name="Model">Kind and sizes.</param>
/// <param name="Updates">Gradient steps; null for the task's.</param>
/// <param name="Episodes">Training episodes; null for the task's.</param>
/// <param name="Device">Training device.</param>
/// <param name="Data">A folder with recorded episodes; null to collect them into the run's.</param>
internal sealed record EstimatorRequest(SequenceModelOptions Model, int? Updates, int? Episodes, torch.Device Device, string? Data);

/// <summary>Results of training an estimator. Immutable.</summary>
/// <param name="Kind">Kind of model.</param>
/// <param name="Parameters">Number of parameters.</param>
/// <param name="Updates">Gradient steps in all.</param>
/// <param name="SecondsPerUpdate">Of this process; NaN when there was nothing left to do.</param>
/// <param name="HeldOut">The bound on the validation set.</param>
/// <param name="Report">The page.</param>
internal sealed record EstimatorOutcome(
    SequenceModelKind Kind, long Parameters, long Updates, double SecondsPerUpdate, SequenceLoss HeldOut, string Report);

/// <summary>
/// Collects episodes, trains an estimator, measures it on validation episodes and writes checkpoint, metrics and report. One thread.
/// </summary>
internal sealed class EstimatorJob(RunContext context, TaskRequest request, EstimatorRequest asked)
{
    private const int MeasureEvery = 500;
    private readonly List<(long Update, SequenceLoss Loss)> _validation = [];

    /// <summary>The settings of a task's estimator.</summary>
    /// <exception cref="UserErrorException">The task has none.</exception>
    public static EstimatorSettings SettingsOf(TaskDefinition task)
    {
        var settings = OptionsBinder.Bind<EstimatorSettings>(task.EstimatorSection);
        return settings.Terms.Length + settings.Cameras.Length > 0
            ? settings
            : throw new UserErrorException(
                $"{task.FilePath}: the task does not say what an estimator sees; add 'estimator: {{terms: [...], cameras: [...]}}'.");
    }

    /// <summary>Runs the job and fills the command's result.</summary>
    /// <exception cref="UserErrorException">A user error.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folder = context.CreateResumableRunFolder();
        Report(await TrainAsync(folder, cancellationToken), folder);
    }

    /// <summary>Collects and trains in a folder, resuming an earlier run, and writes the report.</summary>
    /// <exception cref="UserErrorException">A user error.</exception>
    public async Task<EstimatorOutcome> TrainAsync(string folder, CancellationToken cancellationToken)
    {
        await using var session = await LearningSession.OpenAsync(request, cancellationToken);
        var settings = SettingsOf(session.Task);
        settings = settings with { Updates = asked.Updates ?? settings.Updates, Episodes = asked.Episodes ?? settings.Episodes };
        using var runLock = RunLock.Take(folder, "job.lock");
        var sizes = settings.RewardDeviation is { } std ? asked.Model with { RewardDeviation = std } : asked.Model;
        RunSettings.Hold(RunSettings.FromEstimator(session, request.Seed, settings, sizes), folder);
        var data = asked.Data ?? EstimatorFolder.EpisodeFolder(folder);
        if (asked.Data is null)
        {
            var controller = session.CreateController(new SmoothRandomPolicy(settings.ActionCorrelation, settings.ActionDeviation));
            await EpisodeCollection.RunAsync(context, request.Seed, session, controller, data, settings, cancellationToken);
        }

        var first = EpisodeCollection.Read(data, EpisodeCollection.Training, 1)[0];
        var (replay, measured) = Load(
            SequenceLayout.From(first.Header, settings.Terms, settings.Cameras), data, settings.Episodes, settings.HeldOut);
        var recorded = EpisodeCollection.Count(data, EpisodeCollection.Training, settings.Episodes)
            + EpisodeCollection.Count(data, EpisodeCollection.HeldOut, settings.HeldOut);
        EstimatorWarnings.FromData(context.Output, recorded, replay, measured);
        using var model = SequenceModel.Create(replay.Layout, sizes, RandomKey.FromSeed(request.Seed).Derive("weights"));
        model.SetStatistics(replay);
        using var trainer = new SequenceTrainer(
            model, settings.Training, RandomKey.FromSeed(request.Seed).Derive("training"), asked.Device);
        if (SequenceModelFile.Exists(EstimatorFolder.ModelFolder(folder)))
            SequenceCheckpoint.Resume(EstimatorFolder.ModelFolder(folder), trainer);
        Pretrain(trainer, replay, settings, cancellationToken);
        var seconds = Train(trainer, replay, measured, settings, folder, cancellationToken);
        var found = Measure(trainer, measured);
        if (asked.Device.type != DeviceType.CPU)
            model.cpu();
        EstimatorWarnings.FromBound(context.Output, model, found);
        var report = EstimatorReport.Write(folder, session.Task.Name, trainer, measured, found, _validation, context.Output.Warnings);
        return new EstimatorOutcome(model.Options.Kind, model.ParameterCount, trainer.Updates, seconds, found, report);
    }

    /// <summary>Reads the episodes of a folder.</summary>
    /// <param name="layout">Input layout of the model.</param>
    /// <param name="data">The folder.</param>
    /// <param name="episodes">Maximum number of training episodes.</param>
    /// <param name="heldOut">Maximum number of validation episodes.</param>
    public static (SequenceReplay Training, SequenceReplay HeldOut) Load(
        SequenceLayout layout, string data, int episodes = int.MaxValue, int heldOut = int.MaxValue)
    {
        var (replay, measured) = (new SequenceReplay(layout), new SequenceReplay(layout));
        foreach (var episode in EpisodeCollection.Read(data, EpisodeCollection.Training, episodes))
            replay.Add(episode);
        foreach (var episode in EpisodeCollection.Read(data, EpisodeCollection.HeldOut, heldOut))
            measured.Add(episode);
        return (replay, measured);
    }

    private void Pretrain(SequenceTrainer trainer, SequenceReplay replay, EstimatorSettings settings, CancellationToken cancellationToken)
    {
        if (trainer.Updates > 0 || settings.Training.Pictures.Updates == 0)
            return;
        using var bar = context.Output.StartProgress(
            "train on single images", settings.Training.Pictures.Updates * replay.Layout.Modalities.Count(m => m.IsImage));
        trainer.Pretrain(
            replay,
            (update, loss) => bar.Report(update, string.Create(CultureInfo.InvariantCulture, $"loss {loss:F1}")),
            cancellationToken);
    }

    private double Train(
        SequenceTrainer trainer, SequenceReplay replay, SequenceReplay measured, EstimatorSettings settings, string folder,
        CancellationToken cancellationToken)
    {
        var (first, started, measuring) = (trainer.Updates, context.Clock.Now, TimeSpan.Zero);
        using var metrics = new MetricsWriter(folder, "training", ["trial", "loss", "elbo", "kl", "reward"], (int)(first / MeasureEvery));
        using var bar = context.Output.StartProgress("train", settings.Updates);
        trainer.Train(replay, settings.Updates, OnUpdate, cancellationToken);
        SequenceCheckpoint.Save(EstimatorFolder.ModelFolder(folder), trainer, Metadata());
        var updates = trainer.Updates - first;
        return updates > 0 ? (context.Clock.Now - started - measuring).TotalSeconds / updates : double.NaN;

        void OnUpdate(long update, SequenceLoss loss)
        {
            bar.Report(update, string.Create(CultureInfo.InvariantCulture, $"loss {loss.Total:F1}, kl {loss.Divergence:F2}"));
            if (update % MeasureEvery != 0)
                return;
            var before = context.Clock.Now;
            var found = Measure(trainer, measured);
            _validation.Add((update, found));
            var row = new MetricsRow((int)(update / MeasureEvery));
            row.Add("update", update);
            foreach (var (name, value) in loss.ByName())
                row.Add(name, value);
            foreach (var (name, value) in found.ByName())
                row.Add($"held_out_{name}", value);
            metrics.Append(row);
            SequenceCheckpoint.Save(EstimatorFolder.ModelFolder(folder), trainer, Metadata());
            measuring += context.Clock.Now - before;
        }
    }

    private SequenceLoss Measure(SequenceTrainer trainer, SequenceReplay measured) =>
        ValidationElbo.Measure(trainer.Model, measured, RandomKey.FromSeed(request.Seed).Derive("held-out"), trainer.Device);

    private Dictionary<string, string> Metadata() => new()
    {
        ["command"] = context.CommandLine,
        ["seed"] = request.Seed.ToString(CultureInfo.InvariantCulture),
        ["task"] = request.Task,
    };

    private void Report(EstimatorOutcome outcome, string folder)
    {
        var (output, found) = (context.Output, outcome.HeldOut);
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{outcome.Kind}: {outcome.Parameters} weights, {outcome.Updates} updates, {outcome.SecondsPerUpdate:F3} s an update"));
        var terms = found.Reconstruction.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Key} {-r.Value:F2}"));
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"validation set, nats per step: bound {found.Elbo:F2} (kl {found.Divergence:F2}, reward {-found.Reward:F2}, "
                + $"{string.Join(", ", terms)})"));
        output.Add(found.ByName().Where(p => p.Key is not ("loss" or "overshooting")).ToDictionary(p => $"held_out_{p.Key}", p => p.Value));
        output.Add(new { outcome.Updates, outcome.Parameters, outcome.SecondsPerUpdate, RunFolder = folder, outcome.Report });
        output.Line($"Open {outcome.Report} in a browser.");
    }
}
