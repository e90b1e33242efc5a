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
/// Rounds of planned episodes, each followed by gradient steps on the filter's beliefs: of <see cref="MultiStepDynamics"/>, of a belief
/// ensemble, of value and actor. The filter is fixed, or takes a few gradient steps of its own in each round. One thread.
/// </summary>
/// <param name="context">The command.</param>
/// <param name="learner">The filter and the models that learn on its beliefs.</param>
/// <param name="state">Progress that is kept in the checkpoint.</param>
/// <param name="folder">The run's folder.</param>
internal sealed class MultiStepDynamicsTraining(RunContext context, LatentLearner learner, TrainingState state, string folder)
{
    private readonly RoundsOptions _options = learner.Options.Rounds;
    private readonly LatentModels _models = learner.Options.Models;
    private readonly bool _isInRounds = learner.Options.Schedule == LatentSchedule.Rounds;

    /// <summary>Planned episodes of the rounds that the checkpoint has finished.</summary>
    public int EpisodesDone => (LastRound ?? 0) * _options.Episodes;

    /// <summary>Rounds begin anew where multi-step dynamics are first asked for.</summary>
    private int? LastRound => _models.HasMultiStepDynamics && learner.Members.Count == 0 ? null : state.LastRound;

    /// <summary>Runs the rounds that remain.</summary>
    /// <param name="collector">Runs planned episodes and evaluations.</param>
    /// <param name="replay">All episodes so far; planned ones are added.</param>
    /// <param name="log">Receives planned episodes and evaluations.</param>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async Task RunAsync(
        EpisodeCollector collector, SequenceReplay replay, TrainingLog log, TaskDefinition task, CancellationToken cancellationToken)
    {
        if (!_isInRounds && learner.ImaginationUpdates >= learner.Options.ImaginationUpdates)
            return;
        var beliefs = InferBeliefs(replay);
        var done = LastRound;
        await using var background = new BackgroundCollector(collector);
        for (var round = 0; round <= _options.Count && _isInRounds; round++)
        {
            if (round > 0)
                await CollectAsync(collector, replay, log, task, EpisodesBefore(round - 1), cancellationToken);
            if (round <= done)
                continue;
            if (_options.CollectConcurrently && round > 0 && round < _options.Count)
                background.Begin(EpisodesBefore(round), _options.Episodes, cancellationToken);
            if (round > 0 && _options.FilterUpdates > 0)
                beliefs = UpdateFilter(replay, cancellationToken);
            UpdateModels(beliefs, replay, round, cancellationToken);
            await background.FinishAsync();
            state.LastRound = round;
            Save();
            if (IsEvaluationDue(round))
                await collector.EvaluateAsync(log, EpisodesBefore(round), cancellationToken);
        }

        beliefs.Add(learner.Model, replay, beliefs.Count, learner.Trainer.Device);
        TakeFinalUpdates(beliefs, cancellationToken);
        AddMissingMembers(beliefs, cancellationToken);
        UpdateBehaviour(beliefs, learner.Options.ImaginationUpdates, cancellationToken);
        Save();
    }

    private int EpisodesBefore(int round) => learner.Options.Episodes + (round * _options.Episodes);

    private bool IsEvaluationDue(int round) =>
        round == _options.Count || round % Math.Max(1, learner.Options.EvaluateEvery / _options.Episodes) == 0;

    private async Task CollectAsync(
        EpisodeCollector collector,
        SequenceReplay replay,
        TrainingLog log,
        TaskDefinition task,
        int first,
        CancellationToken cancellationToken)
    {
        using var bar = context.Output.StartProgress("collect", _options.Episodes);
        for (var i = 0; i < _options.Episodes; i++)
        {
            var episode = await collector.CollectAsync(first + i, model: null, cancellationToken);
            collector.Add(episode, replay);
            bar.Report(i + 1, log.AddOnce(first + i, task, episode));
        }
    }

    /// <summary>The filter's own gradient steps of a round; the beliefs of all episodes after them.</summary>
    private BeliefReplay UpdateFilter(SequenceReplay replay, CancellationToken cancellationToken)
    {
        using (var bar = context.Output.StartProgress("update filter", _options.FilterUpdates))
        {
            for (var i = 0; i < _options.FilterUpdates; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var loss = learner.Trainer.Update(replay);
                bar.Report(i + 1, string.Create(CultureInfo.InvariantCulture, $"elbo {loss.Elbo:F1}, reward {loss.Reward:F2}"));
            }
        }

        return InferBeliefs(replay);
    }

    private BeliefReplay InferBeliefs(SequenceReplay replay)
    {
        var beliefs = new BeliefReplay { PlannedFrom = replay.PreferredFrom };
        using var bar = context.Output.StartProgress("infer beliefs", replay.Sequences.Count);
        beliefs.Add(learner.Model, replay, 0, learner.Trainer.Device, done => bar.Report(done));
        return beliefs;
    }

    /// <summary>A round's gradient steps of everything but the filter.</summary>
    private void UpdateModels(BeliefReplay beliefs, SequenceReplay replay, int round, CancellationToken cancellationToken)
    {
        beliefs.Add(learner.Model, replay, beliefs.Count, learner.Trainer.Device);
        var updates = round == 0 ? _options.FirstUpdates : _options.Updates;
        while (round == 0 && learner.Members.Count < _models.MultiStepMembers)
            learner.AddMember();
        for (var m = 0; m < learner.Members.Count; m++)
            UpdateMember(m, beliefs, updates, round, cancellationToken);
        UpdateBehaviour(beliefs, learner.ImaginationUpdates + (long)(learner.Options.ImaginationShare * updates), cancellationToken);
    }

    /// <summary>Gradient steps of all members after the last round, unless the checkpoint has taken them.</summary>
    private void TakeFinalUpdates(BeliefReplay beliefs, CancellationToken cancellationToken)
    {
        if (_options.FinalUpdates == 0 || learner.Members.Count == 0 || state.FinalUpdates == _options.FinalUpdates)
            return;
        for (var m = 0; m < learner.Members.Count; m++)
            UpdateMember(m, beliefs, _options.FinalUpdates, _options.Count + 1, cancellationToken);
        state.FinalUpdates = _options.FinalUpdates;
        Save();
    }

    /// <summary>Members asked for after the last round take as many gradient steps at once as the others did in all.</summary>
    private void AddMissingMembers(BeliefReplay beliefs, CancellationToken cancellationToken)
    {
        while (learner.Members.Count < _models.MultiStepMembers)
        {
            learner.AddMember();
            UpdateMember(learner.Members.Count - 1, beliefs, _options.TotalUpdates, 0, cancellationToken);
            Save();
        }
    }

    /// <summary>
    /// Gradient steps of one member. The first counts every episode once; each of the others counts an episode as often as its own sample
    /// from Poisson(1) says.
    /// </summary>
    private void UpdateMember(int member, BeliefReplay beliefs, int updates, int round, CancellationToken cancellationToken)
    {
        var seed = RandomKey.FromSeed(context.Seed);
        var bootstrap = member == 0 ? (RandomKey?)null : seed.Derive("member").Derive((ulong)(member - 1));
        var key = (bootstrap ?? seed.Derive("foresight")).Derive((ulong)round);
        using var bar = context.Output.StartProgress(Title(member, round), updates);
        learner.Members[member].Train(
            beliefs,
            updates,
            key,
            (update, errors) => bar.Report(
                update, string.Create(CultureInfo.InvariantCulture, $"reward error {errors.Reward:F4}, belief error {errors.Belief:F3}")),
            cancellationToken,
            bootstrap);
    }

    private string Title(int member, int round)
    {
        var name = _models.MultiStepMembers > 1 ? $"dynamics {member + 1} of {_models.MultiStepMembers}" : "dynamics";
        return round > _options.Count ? $"{name}, final updates" : $"{name}, round {round} of {_options.Count}";
    }

    /// <summary>Gradient steps of belief ensemble, value and actor until they have taken a number of them in all.</summary>
    private void UpdateBehaviour(BeliefReplay beliefs, long updates, CancellationToken cancellationToken)
    {
        if (!learner.HasImagination || learner.ImaginationUpdates >= updates)
            return;
        var key = RandomKey.FromSeed(context.Seed).Derive("imagine");
        var first = learner.ImaginationUpdates;
        using var bar = context.Output.StartProgress("imagine", updates);
        while (learner.ImaginationUpdates < updates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            learner.UpdateImagination(beliefs, key, (double)(learner.ImaginationUpdates - first) / (updates - first));
            var losses = learner.Losses.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Key.Replace('_', ' ')} {f.Value:G3}"));
            bar.Report(learner.ImaginationUpdates, string.Join(", ", losses));
        }
    }

    private void Save() => learner.Save(EstimatorFolder.ModelFolder(folder), state.Metadata);
}
