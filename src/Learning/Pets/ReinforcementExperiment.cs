using Robotics.Core.Errors;
using Robotics.Core.Models;
using Robotics.Core.Rollouts;
using Robotics.Core.Time;
using Robotics.Data.Checkpoints;
using Robotics.Data.Episodes;
using Robotics.Data.Metrics;
using Robotics.Data.Storage;
using Robotics.Learning.Episodes;
using Robotics.Learning.Runs;
using Robotics.Learning.Settings;
using Robotics.Reporting.Numbers;
using Robotics.Runtime.LockStep;

namespace Robotics.Learning.Pets;

/// <summary>
/// Learning by trials (PETS: Chua, Calandra, McAllister, Levine 2018, "Deep reinforcement learning in a handful of trials using
/// probabilistic dynamics models", Algorithm 1): random trials fill the data set D; then, trial by trial, the model is trained
/// on all of D and a trial is run under model-predictive control with it. After every trial a checkpoint is written; a run that
/// is killed at any point resumes after its last completed trial and gives the same results as one that was not. Differences
/// from the paper: a trial may have several episodes; the same planner and learner interfaces serve other methods. One thread.
/// </summary>
public sealed class ReinforcementExperiment
{
    private readonly ReinforcementOptions _options;
    private readonly TaskEnvironment _environment;
    private readonly IModelLearner _learner;
    private readonly Func<IModelLearner, LoopController> _createController;
    private readonly IClock _clock;
    private readonly IExperimentProgress? _progress;
    private readonly RunFolder _folder;
    private readonly ExperimentKeys _keys;
    private readonly EpisodeRunner _runner;
    private readonly EpisodeRunner _evaluation;
    private readonly ReplayBuffer _data;
    private readonly PlanAudit? _audit;

    /// <summary>Prepares an experiment; nothing is read or written yet.</summary>
    /// <param name="options">Options of the experiment.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="learner">The untrained model, which must follow from the seed alone.</param>
    /// <param name="createController">Creates the controller that plans with the model.</param>
    /// <param name="folder">The run's folder; an existing run is resumed.</param>
    /// <param name="clock">Times decisions and training.</param>
    /// <param name="progress">Follows the experiment; may be null.</param>
    /// <param name="truth">Ground-truth dynamics for auditing plans; null for no audit. The caller disposes them.</param>
    public ReinforcementExperiment(
        ReinforcementOptions options, TaskEnvironment environment, IModelLearner learner,
        Func<IModelLearner, LoopController> createController,
        RunFolder folder, IClock clock, IExperimentProgress? progress = null, ITrajectoryEvaluator? truth = null)
    {
        options.Validate();
        (_options, _environment, _learner, _createController) = (options, environment, learner, createController);
        (_folder, _clock, _progress) = (folder, clock, progress);
        _keys = new ExperimentKeys(options.Seed);
        _audit = truth is null || options.AuditInterval == 0 ? null : new PlanAudit(truth, options.AuditInterval);
        _runner = new EpisodeRunner(environment, clock, progress, _audit);
        _evaluation = new EpisodeRunner(environment, clock, progress);
        _data = new ReplayBuffer(environment.Task.Observations.Dimension, environment.Task.Actions.Dimension);
    }

    /// <summary>Runs all remaining trials.</summary>
    /// <returns>Results of the trials of this process.</returns>
    /// <exception cref="UserErrorException">The folder is in use, or holds another experiment; or the disk is full.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; recorded data are kept.</exception>
    public async Task<IReadOnlyList<TrialReport>> RunAsync(CancellationToken cancellationToken)
    {
        using var runLock = RunLock.Take(_folder.Path);
        var (episodes, evaluation) = (new EpisodeStore(_folder.Episodes), new EpisodeStore(_folder.Evaluation));
        var resume = new RunResume(_folder, _options, Manifest(-1));
        var last = resume.Prepare(episodes, evaluation, _learner, _data);
        if (last >= 0)
            _progress?.Resumed(last);
        using var metrics = new MetricsWriter(_folder.Path, RunFolder.MetricsName, TrialReport.Columns, last);
        using var audits = _audit is null ? null : new MetricsWriter(_folder.Path, RunFolder.AuditsName, ReturnPrediction.Columns, last);
        var random = LoopController.From(new RandomPolicy(), _environment.Task.Observations.Dimension);
        var planned = _createController(_learner);
        var reports = new List<TrialReport>();
        for (var trial = last + 1; trial < _options.TotalTrials; trial++)
        {
            var report = trial < _options.RandomTrials
                ? await CollectAsync(trial, random, episodes, cancellationToken)
                : await LearnAndCollectAsync(trial, planned, episodes, evaluation, cancellationToken);
            foreach (var pair in _audit?.Pairs ?? [])
                audits!.Append(pair.ToRow(trial));
            metrics.Append(report.ToRow());
            Checkpoint.Write(_folder.CheckpointOf(trial), Manifest(trial), _learner.Save);
            resume.Prune(trial);
            reports.Add(report);
            _progress?.TrialEnded(report);
        }

        return reports;
    }

    private async Task<TrialReport> LearnAndCollectAsync(
        int trial, LoopController controller, EpisodeStore episodes, EpisodeStore evaluation, CancellationToken cancellationToken)
    {
        var before = _clock.Now;
        var learning = _learner.Train(
            _data.ToTransitionSet(), _keys.Training(trial), new TrainingProgress(trial, _progress), cancellationToken);
        var trainSeconds = (_clock.Now.Nanoseconds - before.Nanoseconds) * 1e-9;
        var report = await CollectAsync(trial, controller, episodes, cancellationToken);
        var returns = new List<double>();
        for (var i = 0; i < _options.EvaluationEpisodes; i++)
        {
            var plan = new EpisodePlan(trial, i, _options.Seed, _keys.Evaluation(i));
            var episode = await _evaluation.RunAsync(controller, plan, evaluation, cancellationToken);
            if (episode.Counts)
                returns.Add(episode.Return);
        }

        return report with { TrainSeconds = trainSeconds, Learning = learning, EvaluationReturns = returns };
    }

    private async Task<TrialReport> CollectAsync(
        int trial, LoopController controller, EpisodeStore store, CancellationToken cancellationToken)
    {
        var episodes = new List<Episode>();
        _audit?.Clear();
        for (var i = 0; i < _options.EpisodesPerTrial; i++)
        {
            var plan = new EpisodePlan(trial, i, _options.Seed, _keys.Episode(trial, i));
            var episode = await _runner.RunAsync(controller, plan, store, cancellationToken);
            episodes.Add(episode);
            _progress?.EpisodeEnded(episode);
        }

        foreach (var episode in episodes.Where(e => e.Counts))
            _data.Add(episode);
        if (_data.Count == 0)
            EpisodeFaults.RequireOneThatCounts(episodes);
        return TrialReport.From(episodes, _environment.Task.SuccessHoldSteps, _data.Count) with
        {
            Audit = ReturnPredictionReport.TryOf(_audit?.Pairs ?? []),
        };
    }

    private CheckpointManifest Manifest(int trial) => new()
    {
        Task = _environment.Task.Name,
        TaskHash = _environment.Task.Hash,
        ObservationHash = _environment.Task.Observations.Hash,
        ActionHash = _environment.Task.Actions.Hash,
        Seed = _options.Seed,
        Trial = trial,
        Notes = new Dictionary<string, string> { [RunResume.FingerprintNote] = _options.Fingerprint },
    };

    // Reported synchronously: Progress<T> would post to another thread and report out of order.
    private sealed class TrainingProgress(int trial, IExperimentProgress? progress) : IProgress<double>
    {
        public void Report(double value) => progress?.TrainingProgressed(trial, value);
    }
}
