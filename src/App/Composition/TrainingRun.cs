using System.Text.Json.Nodes;
using Robotics.App.Shell;
using Robotics.Core;
using Robotics.Learning;
using Robotics.Torch;
using Robotics.WorldModel;

namespace Robotics.App.Composition;

/// <summary>
/// A whole learning run of one seed: what random actions and the oracle are worth, the trials, the figures. The folder may hold
/// the beginning of the same run; then it goes on. One thread.
/// </summary>
internal sealed class TrainingRun(CommandContext context, TaskSession session, RunFolder folder)
{
    /// <summary>Learns.</summary>
    /// <param name="trials">Trials under the planner; null for the task's own number.</param>
    /// <param name="baselineEpisodes">Episodes for the random and the oracle return; 0 for neither.</param>
    /// <param name="cancellation">Stops; the run can be taken up again.</param>
    public async Task<TrainingOutcome> RunAsync(int? trials, int baselineEpisodes, CancellationToken cancellation)
    {
        var options = session.Training with { Seed = context.Seed, Trials = trials ?? session.Training.Trials };
        options.Validate();
        context.Output.Line($"Task {session.Task.Name}: {options.RandomTrials} random and {options.Trials} planned trials of {session.Task.HorizonSteps} steps; run folder {folder.Path}");
        var baselines = await Baselines.MeasureAsync(session, folder.Path, baselineEpisodes, context, cancellation);
        context.Output.Line(baselines.Describe());
        var learner = session.CreateLearner(context.Seed);
        MonotonicTime? firstPlannedStep;
        using (var display = new ExperimentDisplay(context.Output, context.Clock, options.TotalTrials))
        {
            var experiment = new ReinforcementExperiment(
                options, session.Environment, learner, model => session.CreateController("planner", model.Evaluator), folder, context.Clock, display, session.Truth);
            await experiment.RunAsync(cancellation);
            firstPlannedStep = display.FirstPlannedStepAt;
        }

        return new TrainingOutcome(baselines, TrialMetrics.Read(folder), learner, firstPlannedStep);
    }

    /// <summary>Puts an outcome into the command's result.</summary>
    public void Report(TrainingOutcome outcome)
    {
        var result = context.Output.Result;
        result["run_folder"] = folder.Path;
        result["task"] = session.Task.Name;
        result["random_return"] = CommandOutput.Number(outcome.Baselines.Random);
        result["oracle_return"] = CommandOutput.Number(outcome.Baselines.Oracle);
        result["returns"] = Array(outcome, t => t.Number("return"));
        FaultReport.Report(context.Output, FaultReport.OfTrials(outcome.Trials, session.Task.DivergedReturn is not null));
        result["scores"] = Array(outcome, t => outcome.Baselines.Score(t.Number("return")));
        result["success_rates"] = Array(outcome, t => t.Number("success_rate"));
        result["seconds_total"] = CommandOutput.Number(context.Clock.Now.Seconds);
        result["seconds_training"] = CommandOutput.Number(outcome.Trials.Select(t => t.Number("train_s")).Where(double.IsFinite).Sum());
        result["seconds_to_first_planned_step"] = outcome.FirstPlannedStepAt is { } first ? CommandOutput.Number(first.Seconds) : null;
        result["tensors_alive"] = TorchProcess.LiveTensors;
        result["peak_memory_mb"] = CommandOutput.Number(ProcessMemory.PeakMegabytes());
    }

    private static JsonArray Array(TrainingOutcome outcome, Func<TrialMetrics, double> figure) =>
        [.. outcome.Trials.Select(t => CommandOutput.Number(figure(t)))];
}

/// <summary>What a learning run brought. Whoever holds it disposes the model.</summary>
/// <param name="Baselines">What random actions and the oracle are worth.</param>
/// <param name="Trials">The trials' figures, those of an earlier process among them.</param>
/// <param name="Model">The model after the last trial.</param>
/// <param name="FirstPlannedStepAt">When this process had taken its first planned step; null when it took none.</param>
internal sealed record TrainingOutcome(Baselines Baselines, IReadOnlyList<TrialMetrics> Trials, EnsembleLearner Model, MonotonicTime? FirstPlannedStepAt) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
