using System.Globalization;
using Robotics.App.Shell;
using Robotics.Configuration;
using Robotics.Core;
using Robotics.StateEstimation;
using Robotics.WorldModel;

namespace Robotics.App.Composition;

/// <summary>
/// The stage in which the filter rests: foresight, ensemble, value and actor learn on its beliefs in turns with planned episodes. One thread.
/// </summary>
/// <param name="context">The command.</param>
/// <param name="learner">What learns.</param>
/// <param name="notes">What the training notes of its course.</param>
/// <param name="folder">The run's folder.</param>
internal sealed class LatentAhead(CommandContext context, LatentLearner learner, LatentNotes notes, string folder)
{
    private readonly ForesightOptions _options = learner.Options.Foresight;

    /// <summary>Rounds that the training has behind it.</summary>
    public int RoundsDone => learner.Foresight is null ? 0 : notes.Rounds;

    /// <summary>Does what is still to be done of it.</summary>
    /// <param name="episodes">Where planned episodes come from.</param>
    /// <param name="replay">The episodes so far; planned ones are added.</param>
    /// <param name="course">Where evaluations are noted.</param>
    /// <param name="task">The task.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task RunAsync(LatentEpisodes episodes, SequenceReplay replay, LatentCourse course, TaskDefinition task, CancellationToken cancellation)
    {
        if (_options.FirstUpdates == 0 && learner.ImaginationUpdates >= learner.Options.ImaginationUpdates)
            return;
        var (beliefs, before) = (Filter(replay), learner.Options.Episodes);
        var done = learner.Foresight is null ? -1 : RoundsDone;
        for (var round = 0; round <= _options.Rounds && _options.FirstUpdates > 0; round++)
        {
            if (round > 0)
                await CollectAsync(episodes, replay, course, task, before + ((round - 1) * _options.EpisodesPerRound), cancellation);
            if (round <= done)
                continue;
            Learn(beliefs, replay, round, cancellation);
            if (round == 0 || round % Math.Max(1, learner.Options.EvaluateEvery / _options.EpisodesPerRound) == 0 || round == _options.Rounds)
                await episodes.EvaluateAsync(course, before + (round * _options.EpisodesPerRound), cancellation);
        }

        beliefs.Add(learner.Model, replay, beliefs.Count, learner.Trainer.Device);
        Polish(beliefs, cancellation);
        AddMembers(beliefs, cancellation);
        Imagine(beliefs, learner.Options.ImaginationUpdates, cancellation);
        Save();
    }

    private void Learn(BeliefReplay beliefs, SequenceReplay replay, int round, CancellationToken cancellation)
    {
        beliefs.Add(learner.Model, replay, beliefs.Count, learner.Trainer.Device);
        var updates = round == 0 ? _options.FirstUpdates : _options.UpdatesPerRound;
        Train(learner.Foresight ?? learner.BeginForesight(), beliefs, updates, Key(round), $"foresight {round}/{_options.Rounds}", cancellation);
        Imagine(beliefs, learner.ImaginationUpdates + (long)(learner.Options.ImaginationShare * updates), cancellation);
        notes.Rounds = round;
        Save();
    }

    /// <summary>The foresight's last gradient steps, on everything, unless it has them behind it.</summary>
    private void Polish(BeliefReplay beliefs, CancellationToken cancellation)
    {
        if (_options.FinalUpdates == 0 || learner.Foresight is not { } foresight || notes.FinalUpdates == _options.FinalUpdates)
            return;
        Train(foresight, beliefs, _options.FinalUpdates, Key(_options.Rounds + 1), "foresight, at last", cancellation);
        notes.FinalUpdates = _options.FinalUpdates;
        Save();
    }

    private void AddMembers(BeliefReplay beliefs, CancellationToken cancellation)
    {
        while (learner.FurtherForesights.Count < _options.Members - 1 && _options.FirstUpdates > 0)
        {
            var bootstrap = RandomKey.FromSeed(context.Seed).Derive("member").Derive((ulong)learner.FurtherForesights.Count);
            Train(learner.AddForesight(), beliefs, _options.TotalUpdates, bootstrap, $"foresight of member {learner.FurtherForesights.Count + 1}/{_options.Members}", cancellation, bootstrap);
            Save();
        }
    }

    /// <summary>Gradient steps of ensemble, value and actor on the filter's beliefs until so many have been taken in all.</summary>
    private void Imagine(BeliefReplay beliefs, long updates, CancellationToken cancellation)
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
        LatentEpisodes episodes, SequenceReplay replay, LatentCourse course, TaskDefinition task, int first, CancellationToken cancellation)
    {
        using var bar = context.Output.StartProgress("collect", _options.EpisodesPerRound);
        for (var i = 0; i < _options.EpisodesPerRound; i++)
        {
            var episode = await episodes.PlannedAsync(first + i, cancellation);
            replay.Add(episode);
            bar.Report(i + 1, course.AddOnce(first + i, task, episode));
        }
    }

    private BeliefReplay Filter(SequenceReplay replay)
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

    private RandomKey Key(int round) => RandomKey.FromSeed(context.Seed).Derive("foresight").Derive((ulong)round);

    private void Save() => learner.Save(EstimatorJob.ModelFolder(folder), notes.Texts);
}
