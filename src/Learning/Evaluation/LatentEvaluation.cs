using Robotics.Data.Metrics;
using Robotics.Learning.Displays;
using Robotics.Learning.Episodes;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Runtime.LockStep;

namespace Robotics.Learning.Evaluation;

/// <summary>Evaluation episodes of a controller with their final distances. Immutable.</summary>
/// <param name="Result">The episodes, with images and true states.</param>
/// <param name="FinalDistances">[episodes], m; NaN where the task has no such distance.</param>
/// <param name="SecondsToSuccess">[episodes], s; NaN without success.</param>
/// <param name="DecisionMilliseconds">[steps], ms.</param>
internal sealed record LatentEvaluation(
    EvaluationResult Result, IReadOnlyList<double> FinalDistances, IReadOnlyList<double> SecondsToSuccess,
    IReadOnlyList<double> DecisionMilliseconds)
{
    /// <summary>Predicted returns of plans and their returns in a copy of the simulator; null without audit.</summary>
    public ReturnPredictionReport? Audit { get; init; }

    /// <summary>Runs a controller in lock-step.</summary>
    /// <param name="context">The command.</param>
    /// <param name="session">The task.</param>
    /// <param name="controller">The controller.</param>
    /// <param name="episodes">Number of episodes.</param>
    /// <param name="folder">Folder of the recorded episodes; earlier contents are set aside.</param>
    /// <param name="title">Title of the progress bar.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <param name="audit">Called at every decision; null for no audit.</param>
    public static async Task<LatentEvaluation> RunAsync(
        RunContext context, LearningSession session, LoopController controller, int episodes, string folder, string title,
        CancellationToken cancellationToken, PlanAudit? audit = null)
    {
        using var recorder = new CameraRecorder(session.World.Cameras, session.World.CameraFormats);
        using var display = new EvaluationDisplay(context.Output, title, episodes);
        var result = await new EvaluationExperiment(session.Environment, context.Clock, display, recorder, audit).RunAsync(
            controller, episodes, context.Seed, folder, cancellationToken);
        var measure = ReachMeasure.From(session.Task);
        return new LatentEvaluation(
            result,
            [.. result.Episodes.Select(e => measure?.Final(e) ?? double.NaN)],
            [.. result.Episodes.Select(e => ReachMeasure.SecondsToSuccess(session.Task, e))],
            [.. result.Episodes.SelectMany(e => e.PlanNanoseconds).Select(n => n * 1e-6)])
        {
            Audit = ReturnPredictionReport.TryOf(audit?.Pairs ?? []),
        };
    }

    /// <summary>Median final distance, m.</summary>
    public double MedianDistance => Quantile(FinalDistances, 0.5);

    /// <summary>Median time to success of the episodes that succeeded, s.</summary>
    public double MedianSeconds => Quantile(SecondsToSuccess, 0.5);

    /// <summary>A quantile of the finite numbers; NaN when there are none.</summary>
    public static double Quantile(IReadOnlyList<double> values, double share)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        return finite.Length == 0 ? double.NaN : Statistics.Quantile(finite, share);
    }

    /// <summary>All metrics as a line of a table.</summary>
    /// <param name="number">The line's number.</param>
    public MetricsRow ToRow(int number) => new MetricsRow(number)
        .Add("success_rate", Result.SuccessRate)
        .Add("success_low", Result.SuccessInterval.Low)
        .Add("success_high", Result.SuccessInterval.High)
        .Add("return", Result.Mean)
        .Add("return_sd", Result.StandardDeviation)
        .Add("final_distance_m", MedianDistance)
        .Add("seconds_to_success", MedianSeconds)
        .Add("decision_ms_p50", Quantile(DecisionMilliseconds, 0.5))
        .Add("decision_ms_p99", Quantile(DecisionMilliseconds, 0.99))
        .Add("exploitation_gap", Audit?.Gap ?? double.NaN)
        .Add("plan_error_rmse", Audit?.RootMeanSquareError ?? double.NaN);
}
