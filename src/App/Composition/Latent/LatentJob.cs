using System.Globalization;
using Robotics.App.Shell;
using Robotics.Configuration;
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
    private const int AuditInterval = 8;
    private const string RoundsNote = "foresight_rounds";
    private const string FinalNote = "foresight_final_updates";

    /// <summary>The trial under which planned episodes are filed.</summary>
    public const int Planned = 2;

    private readonly ExperimentKeys _keys = new(context.Seed);
    private Dictionary<string, string> _notes = [];

    /// <summary>Does it all and fills the command's result.</summary>
    /// <exception cref="UserErrorException">Something that the user can mend.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var folder = context.CreateResumableRunFolder();
        using var held = RunLock.Take(folder, "job.lock");
        var estimator = asked.Estimator ?? await SeedAsync(folder, cancellation);
        await using var session = await TaskSession.OpenAsync(request, cancellation);
        _notes = Notes(context, session.Task);
        var (settings, latent) = asked.Settings(session.Task);
        var (replay, measured) = LoadSeeds(EstimatorJob.EpisodeFolder(estimator), settings);
        using var learner = CreateLearner(estimator, replay, settings, latent);
        if (LatentLearner.Exists(EstimatorJob.ModelFolder(folder)))
            Resume(learner, folder);
        using (var course = new LatentCourse(folder, Done(learner) + (RoundsDone(learner) * latent.Foresight.EpisodesPerRound), context.Clock))
        {
            await LearnAsync(session, learner, replay, course, folder, cancellation);
            await LookAheadAsync(session, learner, replay, course, folder, cancellation);
        }

        await FinishAsync(session, learner, measured, folder, cancellation);
    }

    private static (SequenceReplay Replay, SequenceReplay Measured) LoadSeeds(string data, EstimatorSettings settings)
    {
        var first = EpisodeCollection.Read(data, EpisodeCollection.Training, 1)[0];
        return EstimatorJob.Load(SequenceLayout.Of(first.Header, settings.Terms, settings.Cameras), data, settings.Episodes, settings.HeldOut);
    }

    /// <summary>Random episodes and the first gradient steps (algorithm 1, line 1, and lines 4 to 7 on those alone).</summary>
    private async Task<string> SeedAsync(string folder, CancellationToken cancellation)
    {
        var seed = Path.Combine(folder, "seed");
        var (settings, _) = asked.Settings(TaskSession.Resolve(request));
        var first = new EstimatorRequest(asked.Model, settings.Updates, settings.Episodes, asked.Device, Data: null);
        await new EstimatorJob(context, request, first).TrainAsync(seed, cancellation);
        return seed;
    }

    private LatentLearner CreateLearner(string estimator, SequenceReplay replay, EstimatorSettings settings, LatentOptions latent)
    {
        var model = SequenceCheckpoint.Load(EstimatorJob.ModelFolder(estimator), o => latent.RewardDeviation is { } deviation ? o with { RewardDeviation = deviation } : o);
        if (model is RecurrentStateSpaceModel rssm && model.Layout.Hash() == replay.Layout.Hash())
            return new LatentLearner(rssm, latent.Training ?? settings.Training, latent, RandomKey.FromSeed(request.Seed).Derive("latent"), asked.Device);
        model.Dispose();
        throw model is RecurrentStateSpaceModel
            ? new UserErrorException($"the estimator in {estimator} sees something else than task '{request.Task}' says under 'estimator:'; name the task it was trained on.")
            : new UserErrorException("planning in the belief needs a filter of the kind 'rssm'; train one with './robot train estimator --model rssm'.");
    }

    /// <summary>Goes on with a folder's training and with what it noted of its course.</summary>
    private void Resume(LatentLearner learner, string folder)
    {
        learner.Resume(EstimatorJob.ModelFolder(folder));
        foreach (var (name, text) in SequenceCheckpoint.NotesOf(EstimatorJob.ModelFolder(folder)).Where(n => n.Key is RoundsNote or FinalNote))
            _notes[name] = text;
    }

    private static int Done(LatentLearner learner) => learner.Options.UpdatesPerEpisode == 0
        ? 0
        : (int)(learner.Updates / learner.Options.UpdatesPerEpisode);

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
            if ((i % options.EvaluateEvery == 0 || i == options.Episodes) && course.Misses(i) && !(i == options.Episodes && options.Foresight.FirstUpdates > 0))
                await EvaluateAsync(session, learner, course, i, folder, cancellation);
            if (i == options.Episodes)
                break;
            var episode = await PlannedEpisodeAsync(session, learner, store, i, cancellation);
            replay.Add(episode);
            var loss = Update(learner, replay, options.UpdatesPerEpisode, cancellation);
            learner.Save(EstimatorJob.ModelFolder(folder), _notes);
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

    /// <summary>Rounds in which the foresight learns on the beliefs of the filter, which stays as it is, and acts.</summary>
    private async Task LookAheadAsync(TaskSession session, LatentLearner learner, SequenceReplay replay, LatentCourse course, string folder, CancellationToken cancellation)
    {
        var (o, episodes) = (learner.Options.Foresight, learner.Options.Episodes);
        if (o.FirstUpdates == 0 && learner.ImaginationUpdates >= learner.Options.ImaginationUpdates)
            return;
        var store = new EpisodeStore(EstimatorJob.EpisodeFolder(folder));
        var beliefs = Filter(learner, replay);
        var key = RandomKey.FromSeed(context.Seed).Derive("foresight");
        var done = learner.Foresight is null ? -1 : RoundsDone(learner);
        for (var round = 0; round <= o.Rounds && o.FirstUpdates > 0; round++)
        {
            if (round > 0)
                await CollectAsync(session, learner, store, replay, course, episodes + ((round - 1) * o.EpisodesPerRound), cancellation);
            if (round <= done)
                continue;
            beliefs.Add(learner.Model, replay, beliefs.Count, learner.Trainer.Device);
            var foresight = learner.Foresight ?? learner.BeginForesight();
            Train(foresight, beliefs, round == 0 ? o.FirstUpdates : o.UpdatesPerRound, key.Derive((ulong)round), $"foresight {round}/{o.Rounds}", cancellation);
            Imagine(learner, beliefs, learner.ImaginationUpdates + (long)(learner.Options.ImaginationShare * (round == 0 ? o.FirstUpdates : o.UpdatesPerRound)), cancellation);
            _notes[RoundsNote] = round.ToString(CultureInfo.InvariantCulture);
            learner.Save(EstimatorJob.ModelFolder(folder), _notes);
            if (round == 0 || round % Math.Max(1, learner.Options.EvaluateEvery / o.EpisodesPerRound) == 0 || round == o.Rounds)
                await EvaluateAsync(session, learner, course, episodes + (round * o.EpisodesPerRound), folder, cancellation);
        }

        beliefs.Add(learner.Model, replay, beliefs.Count, learner.Trainer.Device);
        Polish(learner, beliefs, key.Derive((ulong)o.Rounds + 1), folder, cancellation);
        while (learner.FurtherForesights.Count < o.Members - 1 && o.FirstUpdates > 0)
        {
            var bootstrap = RandomKey.FromSeed(context.Seed).Derive("member").Derive((ulong)learner.FurtherForesights.Count);
            Train(learner.AddForesight(), beliefs, o.TotalUpdates, bootstrap, $"foresight of member {learner.FurtherForesights.Count + 1}/{o.Members}", cancellation, bootstrap);
            learner.Save(EstimatorJob.ModelFolder(folder), _notes);
        }

        Imagine(learner, beliefs, learner.Options.ImaginationUpdates, cancellation);
        learner.Save(EstimatorJob.ModelFolder(folder), _notes);
    }

    /// <summary>The foresight's last gradient steps, on everything, unless it has them behind it.</summary>
    private void Polish(LatentLearner learner, BeliefReplay beliefs, RandomKey key, string folder, CancellationToken cancellation)
    {
        var updates = learner.Options.Foresight.FinalUpdates;
        if (updates == 0 || learner.Foresight is not { } foresight || Noted(FinalNote) == updates)
            return;
        Train(foresight, beliefs, updates, key, "foresight, at last", cancellation);
        _notes[FinalNote] = updates.ToString(CultureInfo.InvariantCulture);
        learner.Save(EstimatorJob.ModelFolder(folder), _notes);
    }

    /// <summary>Gradient steps of ensemble, value and actor on the filter's beliefs until so many have been taken in all.</summary>
    private void Imagine(LatentLearner learner, BeliefReplay beliefs, long updates, CancellationToken cancellation)
    {
        if (!learner.HasImagination || learner.ImaginationUpdates >= updates)
            return;
        var (key, first) = (RandomKey.FromSeed(context.Seed).Derive("imagine"), learner.ImaginationUpdates);
        using var bar = context.Output.StartProgress("imagine", updates);
        while (learner.ImaginationUpdates < updates)
        {
            cancellation.ThrowIfCancellationRequested();
            learner.UpdateImagination(beliefs, key, (double)(learner.ImaginationUpdates - first) / (updates - first));
            bar.Report(learner.ImaginationUpdates, string.Join(", ", learner.Figures.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Key.Replace('_', ' ')} {f.Value:G3}"))));
        }
    }

    private async Task CollectAsync(
        TaskSession session, LatentLearner learner, EpisodeStore store, SequenceReplay replay, LatentCourse course, int first, CancellationToken cancellation)
    {
        var count = learner.Options.Foresight.EpisodesPerRound;
        using var bar = context.Output.StartProgress("collect", count);
        for (var i = 0; i < count; i++)
        {
            var episode = await PlannedEpisodeAsync(session, learner, store, first + i, cancellation);
            replay.Add(episode);
            bar.Report(i + 1, course.AddOnce(first + i, session.Task, episode));
        }
    }

    /// <summary>Rounds of the foresight that the training has behind it.</summary>
    private int RoundsDone(LatentLearner learner) => learner.Foresight is null ? 0 : Noted(RoundsNote);

    /// <summary>A number that was noted of the training's course; 0 when there is none.</summary>
    private int Noted(string name) => _notes.TryGetValue(name, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private BeliefReplay Filter(LatentLearner learner, SequenceReplay replay)
    {
        var beliefs = new BeliefReplay { PlannedFrom = replay.PreferredFrom };
        using var bar = context.Output.StartProgress("filter", replay.Sequences.Count);
        beliefs.Add(learner.Model, replay, 0, learner.Trainer.Device, done => bar.Report(done));
        return beliefs;
    }

    private void Train(LatentForesight foresight, BeliefReplay beliefs, int updates, RandomKey key, string title, CancellationToken cancellation, RandomKey? bootstrap = null)
    {
        using var bar = context.Output.StartProgress(title, updates);
        foresight.Train(
            beliefs, updates, key,
            (update, errors) => bar.Report(update, string.Create(CultureInfo.InvariantCulture, $"reward error {errors.Reward:F4}, belief error {errors.Belief:F3}")),
            cancellation,
            bootstrap);
    }

    /// <summary>Reads a planned episode, or runs and records it with exploration noise (algorithm 1, lines 9 to 15).</summary>
    private async Task<Episode> PlannedEpisodeAsync(TaskSession session, LatentLearner learner, EpisodeStore store, int index, CancellationToken cancellation)
    {
        if (store.List().FirstOrDefault(f => f.Trial == Planned && f.Index == index) is { } file)
            return EpisodeStore.Read(file.Path);
        var key = _keys.Episode(Planned, index);
        var deviation = learner.Options.ExplorationDeviation * (learner.Foresight is null ? 1 : key.Derive("noise").OpenStream().NextUniform(0, 1));
        using var mind = CreateMind(session, learner, deviation);
        using var tap = new CameraTap(session.World.Cameras, session.World.CameraFormats);
        var runner = new EpisodeRunner(session.Environment, context.Clock, progress: null, cameras: tap);
        return await runner.RunAsync(Policy(session, mind), new EpisodePlan(Planned, index, context.Seed, key), store, cancellation);
    }

    private async Task EvaluateAsync(TaskSession session, LatentLearner learner, LatentCourse course, int after, string folder, CancellationToken cancellation)
    {
        using var mind = CreateMind(session, learner, deviation: 0);
        var path = Path.Combine(folder, "evaluation", string.Create(CultureInfo.InvariantCulture, $"after-{after:D4}"));
        var found = await LatentEvaluation.RunAsync(context, session, Policy(session, mind), learner.Options.EvaluationEpisodes, path, "evaluate", cancellation, Audit(session, learner.Options.Use));
        course.Add(after, learner.Updates, found);
        context.Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"after {after} planned episodes: success {found.Result.SuccessRate:P0}, return {found.Result.Mean:F2}{(double.IsNaN(found.MedianDistance) ? "" : $", median final distance {100 * found.MedianDistance:F1} cm")}"));
    }

    private async Task FinishAsync(TaskSession session, LatentLearner learner, SequenceReplay measured, string folder, CancellationToken cancellation)
    {
        learner.SaveCompact(Path.Combine(folder, "checkpoint"), _notes);
        using var mind = CreateMind(session, learner, deviation: 0);
        var found = await LatentEvaluation.RunAsync(
            context, session, Policy(session, mind), learner.Options.EvaluationEpisodes, Path.Combine(folder, "evaluation", "final"), "final evaluation", cancellation);
        var held = HeldOutElbo.Measure(learner.Model, measured, RandomKey.FromSeed(request.Seed).Derive("held-out"), learner.Trainer.Device);
        LatentReport.Write(context, session, learner, found, held, folder);
    }

    /// <summary>Plans are held against a copy of the world where what is expected of them is the rewards up to their horizon, and nothing more.</summary>
    private static PlanAudit? Audit(TaskSession session, LatentUse use) => use.Value || use.Actor == LatentActorUse.Policy ? null : new PlanAudit(session.Truth, AuditInterval);

    private static WallClockMind CreateMind(TaskSession session, LatentLearner learner, double deviation)
    {
        var compiled = learner.Compile(session.Workers);
        return WallClockMind.OfLatent(
            session.Task, compiled, session.World.Cameras, new ExploringPlanner(session.CreatePlanner(compiled, clock: null), deviation), "the filter");
    }

    private static LoopPolicy Policy(TaskSession session, WallClockMind mind) => mind.ToPolicy("latent", session.Task, session.PlanHorizon);

    private static Dictionary<string, string> Notes(CommandContext context, TaskDefinition task) => new()
    {
        ["command"] = context.CommandLine,
        ["seed"] = context.Seed.ToString(CultureInfo.InvariantCulture),
        ["task"] = task.Name,
        ["task_hash"] = task.Hash,
    };
}
