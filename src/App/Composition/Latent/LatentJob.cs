using System.Globalization;
using Robotics.App.Shell;
using Robotics.Controller;
using Robotics.Core;
using Robotics.Data;
using Robotics.Learning;
using Robotics.StateEstimation;
using Robotics.WorldModel;

namespace Robotics.App.Composition;

/// <summary>
/// Learns a controller that plans in the belief (PlaNet, Hafner et al. 2019, algorithm 1): random episodes, gradient steps, then episodes
/// under the planner with exploration noise, each followed by gradient steps; evaluations without noise in between. A run that was
/// stopped goes on in its folder and gives what it would have given. One thread.
/// </summary>
internal sealed class LatentJob(CommandContext context, TaskRequest request, LatentRequest asked)
{
    private const int SaveEvery = 500;

    /// <summary>The trial under which planned episodes are filed.</summary>
    public const int Planned = 2;

    private readonly ExperimentKeys _keys = new(context.Seed);

    /// <summary>Does it all and fills the command's result.</summary>
    /// <exception cref="UserErrorException">Something that the user can mend.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var folder = context.CreateResumableRunFolder();
        using var held = RunLock.Take(folder, "job.lock");
        await using var session = await TaskSession.OpenAsync(request, cancellation);
        var (settings, latent) = asked.Settings(session.Task);
        var data = asked.Estimator is null ? EstimatorJob.EpisodeFolder(folder) : EstimatorJob.EpisodeFolder(asked.Estimator);
        if (asked.Estimator is null)
            await EpisodeCollection.RunAsync(context, request.Seed, session, new SmoothRandomPolicy(settings.ActionCorrelation, settings.ActionDeviation), data, settings, cancellation);
        var (replay, measured) = LoadSeeds(data, settings);
        using var learner = CreateLearner(replay, settings, latent);
        if (LatentLearner.Exists(EstimatorJob.ModelFolder(folder)))
            learner.Resume(EstimatorJob.ModelFolder(folder));
        Begin(learner, replay, folder, cancellation);
        var course = new LatentCourse(folder, Done(learner));
        using (course)
            await LearnAsync(session, learner, replay, course, folder, cancellation);
        await FinishAsync(session, learner, measured, folder, cancellation);
    }

    private static (SequenceReplay Replay, SequenceReplay Measured) LoadSeeds(string data, EstimatorSettings settings)
    {
        var first = EpisodeCollection.Read(data, EpisodeCollection.Training, 1)[0];
        return EstimatorJob.Load(SequenceLayout.Of(first.Header, settings.Terms, settings.Cameras), data, settings.Episodes, settings.HeldOut);
    }

    private LatentLearner CreateLearner(SequenceReplay replay, EstimatorSettings settings, LatentOptions latent)
    {
        var model = asked.Estimator is { } estimator
            ? SequenceCheckpoint.Load(EstimatorJob.ModelFolder(estimator), Change)
            : SequenceModel.Create(replay.Layout, Change(asked.Model), RandomKey.FromSeed(request.Seed).Derive("weights"));
        if (model is not RecurrentStateSpaceModel rssm)
        {
            model.Dispose();
            throw new UserErrorException("planning in the belief needs a filter of the kind 'rssm'; train one with './robot train estimator --model rssm'.");
        }

        if (asked.Estimator is null)
            model.SetStatistics(replay);
        else if (model.Layout.Hash() != replay.Layout.Hash())
            throw new UserErrorException($"the estimator in {asked.Estimator} sees something else than task '{request.Task}' says under 'estimator:'; name the task it was trained on.");
        return new LatentLearner(rssm, settings.Training, latent, RandomKey.FromSeed(request.Seed).Derive("latent"), asked.Device);

        SequenceModelOptions Change(SequenceModelOptions o) => latent.RewardDeviation is { } deviation ? o with { RewardDeviation = deviation } : o;
    }

    /// <summary>The gradient steps before the first planned episode.</summary>
    private void Begin(LatentLearner learner, SequenceReplay replay, string folder, CancellationToken cancellation)
    {
        var wanted = learner.Options.SeedUpdates!.Value;
        if (learner.Updates >= wanted)
            return;
        using var bar = context.Output.StartProgress("train", wanted);
        while (learner.Updates < wanted)
        {
            cancellation.ThrowIfCancellationRequested();
            var loss = learner.Update(replay);
            bar.Report(learner.Updates, string.Create(CultureInfo.InvariantCulture, $"loss {loss.Total:F1}, kl {loss.Divergence:F2}"));
            if (learner.Updates % SaveEvery == 0 || learner.Updates == wanted)
                learner.Save(EstimatorJob.ModelFolder(folder), Notes());
        }
    }

    private static int Done(LatentLearner learner) => learner.Options.UpdatesPerEpisode == 0
        ? 0
        : (int)((learner.Updates - learner.Options.SeedUpdates!.Value) / learner.Options.UpdatesPerEpisode);

    /// <summary>Algorithm 1, lines 3 to 16.</summary>
    private async Task LearnAsync(TaskSession session, LatentLearner learner, SequenceReplay replay, LatentCourse course, string folder, CancellationToken cancellation)
    {
        var options = learner.Options;
        var store = new EpisodeStore(EstimatorJob.EpisodeFolder(folder));
        store.Recover();
        (replay.PreferredShare, replay.PreferredFrom) = (options.PlannedShare, replay.Sequences.Count);
        var done = Done(learner);
        for (var i = 0; i < done; i++)
            replay.Add(await PlannedEpisodeAsync(session, learner, store, i, cancellation));
        using var bar = context.Output.StartProgress("learn", options.Episodes);
        for (var i = done; i <= options.Episodes; i++)
        {
            if ((i % options.EvaluateEvery == 0 || i == options.Episodes) && course.Misses(i))
                await EvaluateAsync(session, learner, course, i, folder, cancellation);
            if (i == options.Episodes)
                break;
            var episode = await PlannedEpisodeAsync(session, learner, store, i, cancellation);
            replay.Add(episode);
            var loss = Update(learner, replay, options.UpdatesPerEpisode, cancellation);
            learner.Save(EstimatorJob.ModelFolder(folder), Notes());
            bar.Report(i + 1, course.Add(session.Task, episode, loss));
        }
    }

    private static SequenceLoss? Update(LatentLearner learner, SequenceReplay replay, int updates, CancellationToken cancellation)
    {
        var losses = new List<SequenceLoss>();
        for (var u = 0; u < updates; u++)
        {
            cancellation.ThrowIfCancellationRequested();
            losses.Add(learner.Update(replay));
        }

        return losses.Count == 0 ? null : SequenceLoss.Average(losses);
    }

    /// <summary>Reads a planned episode, or runs and records it with exploration noise (algorithm 1, lines 9 to 15).</summary>
    private async Task<Episode> PlannedEpisodeAsync(TaskSession session, LatentLearner learner, EpisodeStore store, int index, CancellationToken cancellation)
    {
        if (store.List().FirstOrDefault(f => f.Trial == Planned && f.Index == index) is { } file)
            return EpisodeStore.Read(file.Path);
        using var mind = CreateMind(session, learner, learner.Options.ExplorationDeviation);
        using var tap = new CameraTap(session.World.Cameras, session.World.CameraFormats);
        var runner = new EpisodeRunner(session.Environment, context.Clock, progress: null, cameras: tap);
        return await runner.RunAsync(Policy(session, mind), new EpisodePlan(Planned, index, context.Seed, _keys.Episode(Planned, index)), store, cancellation);
    }

    private async Task EvaluateAsync(TaskSession session, LatentLearner learner, LatentCourse course, int after, string folder, CancellationToken cancellation)
    {
        using var mind = CreateMind(session, learner, deviation: 0);
        var path = Path.Combine(folder, "evaluation", string.Create(CultureInfo.InvariantCulture, $"after-{after:D4}"));
        var found = await LatentEvaluation.RunAsync(context, session, Policy(session, mind), learner.Options.EvaluationEpisodes, path, "evaluate", cancellation);
        course.Add(after, learner.Updates, found);
        context.Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"after {after} planned episodes: success {found.Result.SuccessRate:P0}, return {found.Result.Mean:F2}, median final distance {100 * found.MedianDistance:F1} cm"));
    }

    private async Task FinishAsync(TaskSession session, LatentLearner learner, SequenceReplay measured, string folder, CancellationToken cancellation)
    {
        using var mind = CreateMind(session, learner, deviation: 0);
        var found = await LatentEvaluation.RunAsync(
            context, session, Policy(session, mind), learner.Options.EvaluationEpisodes, Path.Combine(folder, "evaluation", "final"), "final evaluation", cancellation);
        var held = HeldOutElbo.Measure(learner.Model, measured, RandomKey.FromSeed(request.Seed).Derive("held-out"), learner.Trainer.Device);
        LatentReport.Write(context, session, learner, found, held, folder);
    }

    private static WallClockMind CreateMind(TaskSession session, LatentLearner learner, double deviation)
    {
        var compiled = learner.Compile(session.Workers);
        return WallClockMind.OfLatent(
            session.Task, compiled, session.World.Cameras, new ExploringPlanner(session.CreatePlanner(compiled, clock: null), deviation), "the filter");
    }

    private static LoopPolicy Policy(TaskSession session, WallClockMind mind) => mind.ToPolicy("latent", session.Task, session.PlanHorizon);

    private Dictionary<string, string> Notes() => new() { ["command"] = context.CommandLine, ["seed"] = request.Seed.ToString(CultureInfo.InvariantCulture), ["task"] = request.Task };
}
