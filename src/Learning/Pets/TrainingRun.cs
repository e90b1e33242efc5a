using Robotics.Core.Time;
using Robotics.Data.Checkpoints;
using Robotics.Learning.Displays;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.TorchExtras;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Learning.Pets;

/// <summary>
/// A learning run of one seed: the baselines of random actions and ground-truth dynamics, the trials, the metrics. The folder may hold
/// the beginning of the same run, which is then resumed. One thread.
/// </summary>
internal sealed class TrainingRun(RunContext context, LearningSession session, RunFolder folder)
{
    /// <summary>Learns.</summary>
    /// <param name="trials">Trials under the planner; null for the task's own number.</param>
    /// <param name="baselineEpisodes">Episodes for the returns of random actions and of ground-truth dynamics; 0 for neither.</param>
    /// <param name="cancellationToken">Stops the run, which can be resumed.</param>
    public async Task<TrainingOutcome> RunAsync(int? trials, int baselineEpisodes, CancellationToken cancellationToken)
    {
        var options = session.Training with { Seed = context.Seed, Trials = trials ?? session.Training.Trials };
        options.Validate();
        context.Output.Line(
            $"Task {session.Task.Name}: {options.RandomTrials} random and {options.Trials} planned trials of {session.Task.HorizonSteps} "
                + $"steps; run folder {folder.Path}");
        var baselines = await Baselines.MeasureAsync(session, folder.Path, baselineEpisodes, context, cancellationToken);
        context.Output.Line(baselines.Describe());
        var learner = session.CreateLearner(context.Seed);
        MonotonicTime? firstPlannedStep;
        using (var display = new ExperimentDisplay(context.Output, context.Clock, options.TotalTrials))
        {
            var experiment = new ReinforcementExperiment(
                options, session.Environment, learner, model => session.CreateController("planner", model.Evaluator), folder, context.Clock,
                display, session.Truth);
            await experiment.RunAsync(cancellationToken);
            firstPlannedStep = display.FirstPlannedStepAt;
        }

        return new TrainingOutcome(baselines, TrialMetrics.Read(folder), learner, firstPlannedStep);
    }

    /// <summary>Adds an outcome to the command's result.</summary>
    public void Report(TrainingOutcome outcome)
    {
        context.Output.Add(new TrainingResult
        {
            RunFolder = folder.Path,
            Task = session.Task.Name,
            RandomReturn = outcome.Baselines.Random,
            OracleReturn = outcome.Baselines.GroundTruth,
            Returns = Curve(outcome, t => t.Number("return")),
            Scores = Curve(outcome, t => outcome.Baselines.Score(t.Number("return"))),
            SuccessRates = Curve(outcome, t => t.Number("success_rate")),
            SecondsTotal = context.Clock.Now.Seconds,
            SecondsTraining = outcome.Trials.Select(t => t.Number("train_s")).Where(double.IsFinite).Sum(),
            SecondsToFirstPlannedStep = outcome.FirstPlannedStepAt?.Seconds,
            TensorsAlive = TorchProcess.LiveTensors,
            PeakMemoryMb = ProcessMemory.PeakMegabytes(),
        });
        FaultReport.Report(context.Output, FaultReport.FromTrials(outcome.Trials, session.Task.DivergedReturn is not null));
    }

    private static double[] Curve(TrainingOutcome outcome, Func<TrialMetrics, double> figure) => [.. outcome.Trials.Select(figure)];

    /// <summary>The run in the result; lists are over trials. Immutable.</summary>
    private sealed record TrainingResult
    {
        /// <summary>The run's folder.</summary>
        public required string RunFolder { get; init; }

        /// <summary>The task.</summary>
        public required string Task { get; init; }

        /// <summary>Return of random actions.</summary>
        public required double RandomReturn { get; init; }

        /// <summary>Return of the planner with ground-truth dynamics.</summary>
        public required double OracleReturn { get; init; }

        /// <summary>Returns.</summary>
        public required IReadOnlyList<double> Returns { get; init; }

        /// <summary>Scores: 0 for random actions, 1 for ground-truth dynamics.</summary>
        public required IReadOnlyList<double> Scores { get; init; }

        /// <summary>Success rates.</summary>
        public required IReadOnlyList<double> SuccessRates { get; init; }

        /// <summary>Time of the command, s.</summary>
        public required double SecondsTotal { get; init; }

        /// <summary>Time of training, s.</summary>
        public required double SecondsTraining { get; init; }

        /// <summary>Time at which the first planned step had been taken, s; null when this process took none.</summary>
        public required double? SecondsToFirstPlannedStep { get; init; }

        /// <summary>Live tensors at the end.</summary>
        public required long TensorsAlive { get; init; }

        /// <summary>Peak memory of the process, MB.</summary>
        public required double PeakMemoryMb { get; init; }
    }
}

/// <summary>Results of a learning run. The owner disposes the model.</summary>
/// <param name="Baselines">Baselines of random actions and ground-truth dynamics.</param>
/// <param name="Trials">Metrics of the trials, including those of earlier processes.</param>
/// <param name="Model">The model after the last trial.</param>
/// <param name="FirstPlannedStepAt">Time at which this process had taken its first planned step; null when it took none.</param>
internal sealed record TrainingOutcome(
    Baselines Baselines, IReadOnlyList<TrialMetrics> Trials, EnsembleLearner Model, MonotonicTime? FirstPlannedStepAt) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
