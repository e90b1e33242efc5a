using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Data.Checkpoints;
using Robotics.Data.Storage;
using Robotics.Inference.Formats;
using Robotics.Learning.Estimators;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Runs;
using Robotics.Learning.Sessions;
using Robotics.Learning.Settings;
using Robotics.Reporting.Output;
using Robotics.Runtime.Tasks;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using Robotics.WorldModel.Latent;

namespace Robotics.Learning.Latent;

/// <summary>
/// Trains a controller that plans or acts on a filter's beliefs: random episodes and a first filter, then <see cref="PlaNet"/>, then
/// <see cref="MultiStepDynamicsTraining"/>, then a last evaluation. A run that was stopped continues in its folder and ends with the same
/// weights as one that was not. One thread.
/// </summary>
internal sealed class LatentTraining(RunContext context, TaskRequest request, LatentRequest options)
{
    /// <summary>Trains, evaluates, and fills the command's result.</summary>
    /// <exception cref="UserErrorException">A setting, a file or the task does not work; the message says what to change.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folder = context.CreateResumableRunFolder();
        using var runLock = RunLock.Take(folder, "job.lock");
        await using var session = await LearningSession.OpenAsync(request, cancellationToken);
        var (settings, latent) = options.Settings(session.Task);
        RunSettings.Hold(RunSettings.FromLatent(session, request.Seed, settings, latent, InitialFilterFile()), folder);
        var estimator = options.Estimator ?? await TrainFilterAsync(folder, cancellationToken);
        var state = new TrainingState(context, session.Task);
        var (replay, validation) = LoadSeedEpisodes(EstimatorFolder.EpisodeFolder(estimator), settings);
        using var learner = CreateLearner(estimator, replay, settings, latent);
        if (LatentLearner.Exists(EstimatorFolder.ModelFolder(folder)))
        {
            learner.Resume(EstimatorFolder.ModelFolder(folder));
            state.Resume(EstimatorFolder.ModelFolder(folder));
        }

        var planet = new PlaNet(context, learner, state, folder);
        var rounds = new MultiStepDynamicsTraining(context, learner, state, folder);
        var collector = new EpisodeCollector(context, session, learner, folder);
        using (var log = new TrainingLog(folder, planet.EpisodesDone + rounds.EpisodesDone, context.Clock))
        {
            await planet.RunAsync(collector, replay, log, session.Task, cancellationToken);
            await rounds.RunAsync(collector, replay, log, session.Task, cancellationToken);
        }

        learner.SaveCompact(Path.Combine(folder, "checkpoint"), state.Metadata);
        FaultReport.Warn(context.Output, collector.Faults, "planned episodes");
        var evaluation = await collector.EvaluateAsync("final", "final evaluation", cancellationToken);
        var key = RandomKey.FromSeed(request.Seed).Derive("held-out");
        var elbo = ValidationElbo.Measure(learner.Model, validation, key, learner.Trainer.Device);
        LatentReport.Write(context, session, learner, evaluation, elbo, folder);
    }

    /// <summary>The file of the filter that training begins with; null when it trains its own.</summary>
    private string? InitialFilterFile() => options.Estimator is { } run && SequenceModelFile.Exists(EstimatorFolder.ModelFolder(run))
        ? Path.Combine(EstimatorFolder.ModelFolder(run), SequenceModelFile.FileName)
        : null;

    private static (SequenceReplay Replay, SequenceReplay Validation) LoadSeedEpisodes(string data, EstimatorSettings settings)
    {
        var first = EpisodeCollection.Read(data, EpisodeCollection.Training, 1)[0];
        var layout = SequenceLayout.From(first.Header, settings.Terms, settings.Cameras);
        return EstimatorJob.Load(layout, data, settings.Episodes, settings.HeldOut);
    }

    /// <summary>Random episodes and the first gradient steps (PlaNet, algorithm 1, line 1, and lines 4 to 7 on those alone).</summary>
    private async Task<string> TrainFilterAsync(string folder, CancellationToken cancellationToken)
    {
        var seed = Path.Combine(folder, "seed");
        var (settings, _) = options.Settings(LearningSession.Resolve(request));
        var first = new EstimatorRequest(options.Model, settings.Updates, settings.Episodes, options.Device, Data: null);
        await new EstimatorJob(context, request, first).TrainAsync(seed, cancellationToken);
        return seed;
    }

    private LatentLearner CreateLearner(string estimator, SequenceReplay replay, EstimatorSettings settings, LatentOptions latent)
    {
        var model = SequenceCheckpoint.Load(
            EstimatorFolder.ModelFolder(estimator),
            o => latent.RewardDeviation is { } std ? o with { RewardDeviation = std } : o);
        if (model is RecurrentStateSpaceModel rssm && model.Layout.Hash() == replay.Layout.Hash())
        {
            var key = RandomKey.FromSeed(request.Seed).Derive("latent");
            return new LatentLearner(rssm, latent.Training ?? settings.Training, latent, key, options.Device);
        }

        model.Dispose();
        throw model is RecurrentStateSpaceModel
            ? new UserErrorException(
                $"the estimator in {estimator} has other inputs than task '{request.Task}' names under 'estimator:'; "
                + "give the task that it was trained on.")
            : new UserErrorException(
                "planning on beliefs needs a filter of the kind 'rssm'; train one with './robot train estimator --model rssm'.");
    }
}
