using Robotics.Data.Metrics;
using Robotics.Learning.Displays;
using Robotics.Learning.Episodes;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Runtime.LockStep;

namespace Robotics.Learning.Evaluation;

/// <summary>Episodes of a controller, and how near they came. Immutable.</summary>
/// <param name="Result">The episodes, with pictures and truth.</param>
/// <param name="FinalDistances">By episode, m; NaN where the task has no such distance.</param>
/// <param name="SecondsToSuccess">By episode; NaN without success.</param>
/// <param name="DecisionMilliseconds">By step.</param>
internal sealed record LatentEvaluation(
    EvaluationResult Result, IReadOnlyList<double> FinalDistances, IReadOnlyList<double> SecondsToSuccess, IReadOnlyList<double> DecisionMilliseconds)
{
    /// <summary>What plans were expected to return beside what they return in a copy of the world; null where nothing was audited.</summary>
    public ReturnPredictionReport? Audit { get; init; }

    /// <summary>Runs a controller in lock-step.</summary>
    /// <param name="context">The command.</param>
    /// <param name="session">The task.</param>
    /// <param name="controller">The controller.</param>
    /// <param name="episodes">How many.</param>
    /// <param name="folder">Where they are recorded; what is there is set aside.</param>
    /// <param name="title">What the progress bar is called.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <param name="audit">Told every decision; null for no audit.</param>
    public static async Task<LatentEvaluation> RunAsync(
        RunContext context, LearningSession session, LoopController controller, int episodes, string folder, string title, CancellationToken cancellationToken, PlanAudit? audit = null)
    {
        using var tap = new CameraRecorder(session.World.Cameras, session.World.CameraFormats);
        using var display = new EvaluationDisplay(context.Output, title, episodes);
        var result = await new EvaluationExperiment(session.Environment, context.Clock, display, tap, audit).RunAsync(controller, episodes, context.Seed, folder, cancellationToken);
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

    /// <summary>The middle final distance, m.</summary>
    public double MedianDistance => Quantile(FinalDistances, 0.5);

    /// <summary>The middle time to success over the episodes that succeeded, s.</summary>
    public double MedianSeconds => Quantile(SecondsToSuccess, 0.5);

    /// <summary>A quantile of the finite numbers; NaN when there are none.</summary>
    public static double Quantile(IReadOnlyList<double> values, double share)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        return finite.Length == 0 ? double.NaN : Statistics.Quantile(finite, share);
    }

    /// <summary>All figures as a line of a table.</summary>
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
