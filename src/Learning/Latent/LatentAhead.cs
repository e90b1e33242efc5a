using System.Globalization;
using Robotics.Configuration.Tasks;
using Robotics.Core.Randomness;
using Robotics.Data.Checkpoints;
using Robotics.Reporting.Output;
using Robotics.SequenceModels.Sequences;
using Robotics.WorldModel.BeliefEnsembles;
using Robotics.WorldModel.Latent;

namespace Robotics.Learning.Latent;

/// <summary>
/// Rounds of planned episodes in which foresight, ensemble, value and actor learn on the filter's beliefs; the filter rests, or learns a
/// little in each. One thread.
/// </summary>
/// <param name="context">The command.</param>
/// <param name="learner">What learns.</param>
/// <param name="notes">What the training notes of its course.</param>
/// <param name="folder">The run's folder.</param>
internal sealed class LatentAhead(RunContext context, LatentLearner learner, LatentNotes notes, string folder)
{
    private readonly ForesightOptions _options = learner.Options.Foresight;

    /// <summary>Rounds that the training has behind it.</summary>
    public int RoundsDone => Math.Max(0, Done);

    private int Done => _options.Members > 0 && learner.Foresight is null ? -1 : notes.Rounds;

    /// <summary>Does what is still to be done of it.</summary>
    /// <param name="episodes">Where planned episodes come from.</param>
    /// <param name="replay">The episodes so far; planned ones are added.</param>
    /// <param name="course">Where evaluations are noted.</param>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async Task RunAsync(LatentEpisodes episodes, SequenceReplay replay, LatentCourse course, TaskDefinition task, CancellationToken cancellationToken)
    {
        if (_options.FirstUpdates == 0 && learner.ImaginationUpdates >= learner.Options.ImaginationUpdates)
            return;
        var (beliefs, before) = (Filter(replay), learner.Options.Episodes);
        var done = Done;
        await using var beside = new LatentCollector(episodes);
        for (var round = 0; round <= _options.Rounds && _options.FirstUpdates > 0; round++)
        {
            if (round > 0)
                await CollectAsync(episodes, replay, course, task, before + ((round - 1) * _options.EpisodesPerRound), cancellationToken);
            if (round <= done)
                continue;
            if (_options.CollectBeside && round > 0 && round < _options.Rounds)
                beside.Begin(before + (round * _options.EpisodesPerRound), _options.EpisodesPerRound, cancellationToken);
            if (round > 0 && _options.FilterUpdatesPerRound > 0)
                beliefs = Relearn(replay, cancellationToken);
            Learn(beliefs, replay, round, cancellationToken);
            await beside.FinishAsync();
            notes.Rounds = round;
            Save();
            if (round == 0 || round % Math.Max(1, learner.Options.EvaluateEvery / _options.EpisodesPerRound) == 0 || round == _options.Rounds)
                await episodes.EvaluateAsync(course, before + (round * _options.EpisodesPerRound), cancellationToken);
        }

        beliefs.Add(learner.Model, replay, beliefs.Count, learner.Trainer.Device);
        Polish(beliefs, cancellationToken);
        CatchUp(beliefs, cancellationToken);
        Imagine(beliefs, learner.Options.ImaginationUpdates, cancellationToken);
        Save();
    }

    private void Learn(BeliefReplay beliefs, SequenceReplay replay, int round, CancellationToken cancellationToken)
    {
        beliefs.Add(learner.Model, replay, beliefs.Count, learner.Trainer.Device);
        var updates = round == 0 ? _options.FirstUpdates : _options.UpdatesPerRound;
        if (_options.Members > 0)
            Train(learner.Foresight ?? learner.BeginForesight(), beliefs, updates, Key(round), $"foresight {round}/{_options.Rounds}", cancellationToken);
        while (round == 0 && learner.FurtherForesights.Count < _options.Members - 1)
            learner.AddForesight();
        TrainMembers(0, beliefs, updates, round, cancellationToken);
        Imagine(beliefs, learner.ImaginationUpdates + (long)(learner.Options.ImaginationShare * updates), cancellationToken);
    }

    /// <summary>The foresight's last gradient steps, on everything, unless it has them behind it.</summary>
    private void Polish(BeliefReplay beliefs, CancellationToken cancellationToken)
    {
        if (_options.FinalUpdates == 0 || learner.Foresight is not { } foresight || notes.FinalUpdates == _options.FinalUpdates)
            return;
        Train(foresight, beliefs, _options.FinalUpdates, Key(_options.Rounds + 1), "foresight, at last", cancellationToken);
        TrainMembers(0, beliefs, _options.FinalUpdates, _options.Rounds + 1, cancellationToken);
        notes.FinalUpdates = _options.FinalUpdates;
        Save();
    }

    /// <summary>Members that a finished training is now to have learn at once what the others learned in its course.</summary>
    private void CatchUp(BeliefReplay beliefs, CancellationToken cancellationToken)
    {
        while (learner.FurtherForesights.Count < _options.Members - 1 && _options.FirstUpdates > 0)
        {
            learner.AddForesight();
            TrainMembers(learner.FurtherForesights.Count - 1, beliefs, _options.TotalUpdates, 0, cancellationToken);
            Save();
        }
    }

    /// <summary>Gradient steps of the foresights beside the first, from one on; each counts every episode as a draw of its own says.</summary>
    private void TrainMembers(int first, BeliefReplay beliefs, int updates, int round, CancellationToken cancellationToken)
    {
        for (var m = first; m < learner.FurtherForesights.Count; m++)
        {
            var bootstrap = RandomKey.FromSeed(context.Seed).Derive("member").Derive((ulong)m);
            Train(learner.FurtherForesights[m], beliefs, updates, bootstrap.Derive((ulong)round), $"foresight of member {m + 2}/{_options.Members}", cancellationToken, bootstrap);
        }
    }

    /// <summary>Gradient steps of ensemble, value and actor on the filter's beliefs until so many have been taken in all.</summary>
    private void Imagine(BeliefReplay beliefs, long updates, CancellationToken cancellationToken)
    {
        if (!learner.HasImagination || learner.ImaginationUpdates >= updates)
            return;
        var (key, first) = (RandomKey.FromSeed(context.Seed).Derive("imagine"), learner.ImaginationUpdates);
        using var bar = context.Output.StartProgress("imagine", updates);
        while (learner.ImaginationUpdates < updates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            learner.UpdateImagination(beliefs, key, (double)(learner.ImaginationUpdates - first) / (updates - first));
            bar.Report(learner.ImaginationUpdates, string.Join(", ", learner.Figures.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Key.Replace('_', ' ')} {f.Value:G3}"))));
        }
    }

    private async Task CollectAsync(
        LatentEpisodes episodes, SequenceReplay replay, LatentCourse course, TaskDefinition task, int first, CancellationToken cancellationToken)
    {
        using var bar = context.Output.StartProgress("collect", _options.EpisodesPerRound);
        for (var i = 0; i < _options.EpisodesPerRound; i++)
        {
            var episode = await episodes.PlannedAsync(first + i, null, cancellationToken);
            episodes.Add(episode, replay);
            bar.Report(i + 1, course.AddOnce(first + i, task, episode));
        }
    }

    /// <summary>The filter's own gradient steps of a round, and then what it believes of all episodes.</summary>
    private BeliefReplay Relearn(SequenceReplay replay, CancellationToken cancellationToken)
    {
        using (var bar = context.Output.StartProgress("filter learns", _options.FilterUpdatesPerRound))
        {
            for (var i = 0; i < _options.FilterUpdatesPerRound; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var loss = learner.Trainer.Update(replay);
                bar.Report(i + 1, string.Create(CultureInfo.InvariantCulture, $"elbo {loss.Elbo:F1}, reward {loss.Reward:F2}"));
            }
        }

        return Filter(replay);
    }

    private BeliefReplay Filter(SequenceReplay replay)
    {
        var beliefs = new BeliefReplay { PlannedFrom = replay.PreferredFrom };
        using var bar = context.Output.StartProgress("filter", replay.Sequences.Count);
        beliefs.Add(learner.Model, replay, 0, learner.Trainer.Device, done => bar.Report(done));
        return beliefs;
    }

    private void Train(LatentForesight foresight, BeliefReplay beliefs, int updates, RandomKey key, string title, CancellationToken cancellationToken, RandomKey? bootstrap = null)
    {
        using var bar = context.Output.StartProgress(title, updates);
        foresight.Train(
            beliefs, updates, key,
            (update, errors) => bar.Report(update, string.Create(CultureInfo.InvariantCulture, $"reward error {errors.Reward:F4}, belief error {errors.Belief:F3}")),
            cancellationToken,
            bootstrap);
    }

    private RandomKey Key(int round) => RandomKey.FromSeed(context.Seed).Derive("foresight").Derive((ulong)round);

    private void Save() => learner.Save(EstimatorFolder.ModelFolder(folder), notes.Texts);
}
