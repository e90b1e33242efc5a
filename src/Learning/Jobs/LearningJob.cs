using System.Globalization;
using Robotics.Core.Errors;
using Robotics.Data.Checkpoints;
using Robotics.Data.Storage;
using Robotics.Drivers.Simulation.Remote;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Pets;
using Robotics.Learning.Runs;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Output;
using Robotics.Runtime.Tasks;
using Robotics.Runtime.WallClock;

namespace Robotics.Learning.Jobs;

/// <summary>Options of a learning job. Immutable.</summary>
/// <param name="Trials">Trials under the planner; null for the task's own number.</param>
/// <param name="BaselineEpisodes">Episodes that measure random actions and ground-truth dynamics; 0 for neither.</param>
/// <param name="EvaluationEpisodes">Episodes that measure the learned model and fill the report; 0 for neither.</param>
/// <param name="WallClockSeconds">Duration of the run against the wall clock that follows, s; 0 for none.</param>
internal sealed record LearningJobOptions(int? Trials, int BaselineEpisodes, int EvaluationEpisodes, double WallClockSeconds)
{
    /// <summary>Checks the ranges before any work is done.</summary>
    /// <exception cref="UserErrorException">A number is out of its range.</exception>
    public void Validate()
    {
        Check("--trials", Trials ?? 0, 0, 10000);
        Check("--baseline-episodes", BaselineEpisodes, 0, 10000);
        Check("--eval-episodes", EvaluationEpisodes, 0, 10000);
        Check("--wall-seconds", WallClockSeconds, 0, 86400);
    }

    private static void Check(string option, double value, double low, double high)
    {
        if (!(value >= low && value <= high))
            throw new UserErrorException(string.Create(CultureInfo.InvariantCulture, $"{option} takes {low} to {high}, not {value}."));
    }
}

/// <summary>
/// The job of <c>demo</c> and <c>train</c> with one seed: learn, evaluate and film, run against the wall clock, write the report.
/// </summary>
internal static class LearningJob
{
    private const double ServoRateHz = 200;

    /// <summary>Runs the job and fills the command's result.</summary>
    /// <exception cref="UserErrorException">A user error.</exception>
    public static async Task RunAsync(
        RunContext context, TaskRequest request, LearningJobOptions options, CancellationToken cancellationToken)
    {
        if (options.WallClockSeconds > 0)
            SimulatorSocket.Prepare();
        await using var session = await LearningSession.OpenAsync(request, cancellationToken);
        var folder = new RunFolder(context.CreateResumableRunFolder());
        using var runLock = RunLock.Take(folder.Path, "job.lock");
        RunSettings.Hold(RunSettings.FromLearning(session, context.Seed), folder.Path);
        var run = new TrainingRun(context, session, folder);
        using var outcome = await run.RunAsync(options.Trials, options.BaselineEpisodes, cancellationToken);
        var evaluation = await FilmedEvaluation.RunAsync(
            context, request, outcome.Model.Evaluator, options.EvaluationEpisodes, Path.Combine(folder.Path, "evaluation-final"),
            cancellationToken);
        if (evaluation is { Result: var found })
        {
            FaultReport.Warn(context.Output, found.Faults, "evaluation");
            var score = outcome.Baselines.DescribeScore(found.Mean);
            context.Output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"learned: return {found.Mean:F2} over {options.EvaluationEpisodes} new starts{score}; success {found.SuccessRate:P0}"));
        }

        var wall = await RunAgainstTheClockAsync();
        run.Report(outcome);
        var report = RunReporter.Write(context, session, folder, outcome, evaluation, wall);
        context.Output.Add(new { EvaluationReturn = evaluation?.Result.Mean ?? double.NaN, Report = report });
        if (wall is not null)
            WallClockFigures.Report(context.Output, wall);
        context.Output.Line($"Report, checkpoint and metrics: {folder.Path}");
        context.Output.Line($"Open {report} in a browser.");

        async Task<WallClockReport?> RunAgainstTheClockAsync()
        {
            if (options.WallClockSeconds <= 0)
                return null;
            try
            {
                var wallClock = new WallClockRun(
                    session, new WallClockOptions(request, options.WallClockSeconds, ServoRateHz), context.Clock,
                    context.Output.StartProgress);
                return await wallClock.RunAsync(
                    _ => ControllerStack.FromEnsemble(session, outcome.Model.Evaluator, outcome.Model.FusedEvaluator, context.Clock),
                    cancellationToken);
            }
            catch (UserErrorException)
            {
                // Learning and evaluation are complete; their report does not depend on this part.
                RunReporter.Write(context, session, folder, outcome, evaluation, wall: null);
                throw;
            }
        }
    }
}
