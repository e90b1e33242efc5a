using Robotics.Configuration.Tasks;
using Robotics.Data.Checkpoints;
using Robotics.Reporting.Output;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using Robotics.WorldModel.Latent;

namespace Robotics.Learning.Latent;

/// <summary>
/// PlaNet (Hafner et al. 2019, "Learning Latent Dynamics for Planning from Pixels", algorithm 1, lines 3 to 16): episodes under the planner
/// with exploration noise, each followed by gradient steps on all episodes so far. Where it differs: C gradient steps follow an episode
/// rather than precede it, and a batch may favour planned episodes. A belief ensemble, a value and an actor learn in the same gradient
/// steps. One thread.
/// </summary>
/// <param name="context">The command.</param>
/// <param name="learner">The filter and the models that learn with it.</param>
/// <param name="state">Progress that is kept in the checkpoint.</param>
/// <param name="folder">The run's folder.</param>
internal sealed class PlaNet(RunContext context, LatentLearner learner, TrainingState state, string folder)
{
    private readonly LatentOptions _options = learner.Options;

    /// <summary>Planned episodes after which the checkpoint has learned.</summary>
    public int EpisodesDone => _options.UpdatesPerEpisode == 0
        ? 0
        : (int)Math.Min(_options.Episodes, learner.Updates / _options.UpdatesPerEpisode);

    /// <summary>Runs the episodes that remain.</summary>
    /// <param name="collector">Runs planned episodes and evaluations.</param>
    /// <param name="replay">All episodes so far; planned ones are added.</param>
    /// <param name="log">Receives planned episodes and evaluations.</param>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async Task RunAsync(
        EpisodeCollector collector, SequenceReplay replay, TrainingLog log, TaskDefinition task, CancellationToken cancellationToken)
    {
        replay.PreferredShare = _options.PlannedShare;
        replay.PreferredFrom = replay.Sequences.Count;
        var done = EpisodesDone;
        for (var i = 0; i < done; i++)
            collector.Add(await collector.CollectAsync(i, model: null, cancellationToken), replay);
        using var bar = context.Output.StartProgress("learn", _options.Episodes);
        for (var i = done; i <= _options.Episodes; i++)
        {
            if (IsEvaluationDue(i, log))
                await collector.EvaluateAsync(log, i, cancellationToken);
            if (i == _options.Episodes)
                break;
            var episode = await collector.CollectAsync(i, model: null, cancellationToken);
            collector.Add(episode, replay);
            var loss = UpdateModel(replay, cancellationToken);
            learner.Save(EstimatorFolder.ModelFolder(folder), state.Metadata);
            bar.Report(i + 1, log.Add(task, episode, loss));
        }
    }

    /// <summary>The last evaluation is left to the rounds that follow, where there are any.</summary>
    private bool IsEvaluationDue(int episodes, TrainingLog log)
    {
        var isLast = episodes == _options.Episodes;
        var isLeftToRounds = isLast && _options.Schedule == LatentSchedule.Rounds;
        return (isLast || episodes % _options.EvaluateEvery == 0) && log.Misses(episodes) && !isLeftToRounds;
    }

    /// <summary>C gradient steps (lines 4 to 7); their mean loss, null for none.</summary>
    private SequenceLoss? UpdateModel(SequenceReplay replay, CancellationToken cancellationToken)
    {
        var losses = new List<SequenceLoss>();
        for (var c = 0; c < _options.UpdatesPerEpisode; c++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            losses.Add(learner.Update(replay));
        }

        return losses.Count == 0 ? null : SequenceLoss.Average(losses);
    }
}
