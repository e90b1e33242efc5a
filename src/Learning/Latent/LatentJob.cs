using Robotics.Configuration.Tasks;
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
/// Learns a controller that plans in the belief (PlaNet, Hafner et al. 2019, algorithm 1): random episodes, gradient steps, then episodes
/// under the planner with exploration noise, each followed by gradient steps; evaluations without noise in between. A run that was
/// stopped goes on in its folder and gives what it would have given. One thread.
/// </summary>
internal sealed class LatentJob(RunContext context, TaskRequest request, LatentRequest asked)
{
    /// <summary>Does it all and fills the command's result.</summary>
    /// <exception cref="UserErrorException">Something that the user can mend.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folder = context.CreateResumableRunFolder();
        using var runLock = RunLock.Take(folder, "job.lock");
        await using var session = await LearningSession.OpenAsync(request, cancellationToken);
        var (settings, latent) = asked.Settings(session.Task);
        RunSettings.Hold(RunSettings.FromLatent(session, request.Seed, settings, latent, FileBegunWith()), folder);
        var estimator = asked.Estimator ?? await SeedAsync(folder, cancellationToken);
        var notes = new LatentNotes(context, session.Task);
        var (replay, measured) = LoadSeeds(EstimatorFolder.EpisodeFolder(estimator), settings);
        using var learner = CreateLearner(estimator, replay, settings, latent);
        if (LatentLearner.Exists(EstimatorFolder.ModelFolder(folder)))
        {
            learner.Resume(EstimatorFolder.ModelFolder(folder));
            notes.Resume(EstimatorFolder.ModelFolder(folder));
        }

        var (ahead, episodes) = (new LatentAhead(context, learner, notes, folder), new LatentEpisodes(context, session, learner, folder));
        using (var course = new LatentCourse(folder, Done(learner) + (ahead.RoundsDone * latent.Foresight.EpisodesPerRound), context.Clock))
        {
            await LearnAsync(learner, episodes, replay, course, session.Task, () => learner.Save(EstimatorFolder.ModelFolder(folder), notes.Texts), cancellationToken);
            await ahead.RunAsync(episodes, replay, course, session.Task, cancellationToken);
        }

        learner.SaveCompact(Path.Combine(folder, "checkpoint"), notes.Texts);
        FaultReport.Warn(context.Output, episodes.PlannedFaults, "planned episodes");
        var found = await episodes.EvaluateAsync("final", "final evaluation", cancellationToken);
        var bound = ValidationElbo.Measure(learner.Model, measured, RandomKey.FromSeed(request.Seed).Derive("held-out"), learner.Trainer.Device);
        LatentReport.Write(context, session, learner, found, bound, folder);
    }

    /// <summary>The file of the estimator that was named to begin with; null when there is none.</summary>
    private string? FileBegunWith() => asked.Estimator is { } run && SequenceModelFile.Exists(EstimatorFolder.ModelFolder(run))
        ? Path.Combine(EstimatorFolder.ModelFolder(run), SequenceModelFile.FileName)
        : null;

    private static (SequenceReplay Replay, SequenceReplay Measured) LoadSeeds(string data, EstimatorSettings settings)
    {
        var first = EpisodeCollection.Read(data, EpisodeCollection.Training, 1)[0];
        return EstimatorJob.Load(SequenceLayout.From(first.Header, settings.Terms, settings.Cameras), data, settings.Episodes, settings.HeldOut);
    }

    /// <summary>Random episodes and the first gradient steps (algorithm 1, line 1, and lines 4 to 7 on those alone).</summary>
    private async Task<string> SeedAsync(string folder, CancellationToken cancellationToken)
    {
        var seed = Path.Combine(folder, "seed");
        var (settings, _) = asked.Settings(LearningSession.Resolve(request));
        var first = new EstimatorRequest(asked.Model, settings.Updates, settings.Episodes, asked.Device, Data: null);
        await new EstimatorJob(context, request, first).TrainAsync(seed, cancellationToken);
        return seed;
    }

    private LatentLearner CreateLearner(string estimator, SequenceReplay replay, EstimatorSettings settings, LatentOptions latent)
    {
        var model = SequenceCheckpoint.Load(EstimatorFolder.ModelFolder(estimator), o => latent.RewardDeviation is { } deviation ? o with { RewardDeviation = deviation } : o);
        if (model is RecurrentStateSpaceModel rssm && model.Layout.Hash() == replay.Layout.Hash())
            return new LatentLearner(rssm, latent.Training ?? settings.Training, latent, RandomKey.FromSeed(request.Seed).Derive("latent"), asked.Device);
        model.Dispose();
        throw model is RecurrentStateSpaceModel
            ? new UserErrorException($"the estimator in {estimator} sees something else than task '{request.Task}' says under 'estimator:'; name the task it was trained on.")
            : new UserErrorException("planning in the belief needs a filter of the kind 'rssm'; train one with './robot train estimator --model rssm'.");
    }

    private static int Done(LatentLearner learner) => learner.Options.UpdatesPerEpisode == 0
        ? 0
        : (int)Math.Min(learner.Options.Episodes, learner.Updates / learner.Options.UpdatesPerEpisode);

    /// <summary>Algorithm 1, lines 3 to 16.</summary>
    private async Task LearnAsync(
        LatentLearner learner, LatentEpisodes episodes, SequenceReplay replay, LatentCourse course, TaskDefinition task, Action save, CancellationToken cancellationToken)
    {
        var options = learner.Options;
        (replay.PreferredShare, replay.PreferredFrom) = (options.PlannedShare, replay.Sequences.Count);
        var done = Done(learner);
        for (var i = 0; i < done; i++)
            episodes.Add(await episodes.PlannedAsync(i, null, cancellationToken), replay);
        using var bar = context.Output.StartProgress("learn", options.Episodes);
        for (var i = done; i <= options.Episodes; i++)
        {
            if ((i % options.EvaluateEvery == 0 || i == options.Episodes) && course.Misses(i) && !(i == options.Episodes && options.Foresight.FirstUpdates > 0))
                await episodes.EvaluateAsync(course, i, cancellationToken);
            if (i == options.Episodes)
                break;
            var episode = await episodes.PlannedAsync(i, null, cancellationToken);
            episodes.Add(episode, replay);
            var loss = Update(learner, replay, options.UpdatesPerEpisode, cancellationToken);
            save();
            bar.Report(i + 1, course.Add(task, episode, loss));
        }
    }

    private static SequenceLoss? Update(LatentLearner learner, SequenceReplay replay, int updates, CancellationToken cancellationToken)
    {
        var losses = new List<SequenceLoss>();
        for (var u = 0; u < updates; u++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            losses.Add(learner.Update(replay));
        }

        return losses.Count == 0 ? null : SequenceLoss.Average(losses);
    }
}
