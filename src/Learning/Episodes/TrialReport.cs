using Robotics.Core.Models;
using Robotics.Core.Threading;
using Robotics.Data.Episodes;
using Robotics.Data.Metrics;
using Robotics.Reporting.Numbers;

namespace Robotics.Learning.Episodes;

/// <summary>Results of a trial. Immutable.</summary>
public sealed record TrialReport
{
    /// <summary>The columns of <c>trials.csv</c>.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        "trial", "controller", "return", "success_rate", "steps", "transitions", "limited", "plan_ms_mean", "plan_ms_p50", "plan_ms_p99",
        "plan_ms_max", "train_s", "updates", "loss", "predicted_return_bias", "predicted_return_rmse",
        "exploitation_gap", "plan_error_rmse", "disagreement", "disagreement_rank_correlation", "evaluation_return",
        "episodes", "diverged", "decisions", "no_finite_rollout",
    ];

    /// <summary>The trial, from 0.</summary>
    public required int Trial { get; init; }

    /// <summary>Name of the controller.</summary>
    public required string Controller { get; init; }

    /// <summary>[counted episodes], returns.</summary>
    public required IReadOnlyList<double> Returns { get; init; }

    /// <summary>Episodes that met the task's success condition for as long as it asks.</summary>
    public required int Successes { get; init; }

    /// <summary>Steps taken in the trial.</summary>
    public required int Steps { get; init; }

    /// <summary>Transitions seen in all trials so far.</summary>
    public required int Transitions { get; init; }

    /// <summary>Steps whose command the guard changed.</summary>
    public required int Limited { get; init; }

    /// <summary>Faults in the trial's episodes.</summary>
    public EpisodeFaults Faults { get; init; } = EpisodeFaults.None;

    /// <summary>Durations of decisions; empty when nothing was planned.</summary>
    public required LatencyHistogram PlanTimes { get; init; }

    /// <summary>Predicted against realised returns under replanning; null when nothing was planned.</summary>
    public required ReturnPredictionReport? Prediction { get; init; }

    /// <summary>
    /// Predicted returns against those of the same plans executed open-loop in the simulator; null when nothing was audited.
    /// </summary>
    public ReturnPredictionReport? Audit { get; init; }

    /// <summary>Duration of training, s; 0 in a random trial.</summary>
    public double TrainSeconds { get; init; }

    /// <summary>Metrics of training; null in a random trial.</summary>
    public LearningReport? Learning { get; init; }

    /// <summary>[evaluation episodes], their returns; empty without evaluation.</summary>
    public IReadOnlyList<double> EvaluationReturns { get; init; } = [];

    /// <summary>The mean return of the trial's episodes that count; NaN when all of them diverged.</summary>
    public double MeanReturn => Returns.DefaultIfEmpty(double.NaN).Average();

    /// <summary>Success rate of the episodes that count; NaN when all of them diverged.</summary>
    public double SuccessRate => (double)Successes / Returns.Count;

    /// <summary>Summarises a trial's episodes.</summary>
    /// <param name="episodes">The trial's episodes, at least one.</param>
    /// <param name="successHoldSteps">The task's hold, in steps.</param>
    /// <param name="transitions">Transitions seen in all trials so far.</param>
    public static TrialReport From(IReadOnlyList<Episode> episodes, int successHoldSteps, int transitions)
    {
        var times = new LatencyHistogram();
        foreach (var nanoseconds in episodes.Where(e => e.Header.PlanHorizon > 0).SelectMany(e => e.PlanNanoseconds))
            times.Record(nanoseconds);
        return new TrialReport
        {
            Trial = episodes[0].Header.Trial,
            Controller = episodes[0].Header.Controller,
            Returns = [.. episodes.Where(e => e.Counts).Select(e => e.Return)],
            Successes = episodes.Count(e => e.Succeeded(successHoldSteps)),
            Steps = episodes.Sum(e => e.Steps),
            Transitions = transitions,
            Limited = episodes.Sum(e => e.Flags.Count(f => f.HasFlag(StepFlags.Limited))),
            Faults = EpisodeFaults.From(episodes),
            PlanTimes = times,
            Prediction = ReturnPredictionReport.TryOf([.. episodes.SelectMany(ReturnPrediction.From)]),
        };
    }

    /// <summary>The trial as a line of metrics; those of the learner come last, as <c>model.…</c>.</summary>
    public MetricsRow ToRow()
    {
        var row = new MetricsRow(Trial)
            .Add("controller", Controller)
            .Add("return", MeanReturn)
            .Add("success_rate", SuccessRate)
            .Add("steps", Steps)
            .Add("transitions", Transitions)
            .Add("limited", Limited);
        row.Add("episodes", Faults.Episodes).Add("diverged", Faults.Diverged)
            .Add("decisions", Faults.Decisions).Add("no_finite_rollout", Faults.WithoutFiniteRollout);
        if (PlanTimes.Count > 0)
        {
            row.Add("plan_ms_mean", PlanTimes.MeanNanoseconds * 1e-6).Add("plan_ms_p50", PlanTimes.Quantile(0.5) * 1e-6)
                .Add("plan_ms_p99", PlanTimes.Quantile(0.99) * 1e-6).Add("plan_ms_max", PlanTimes.MaximumNanoseconds * 1e-6);
        }

        if (Learning is not null)
            row.Add("train_s", TrainSeconds).Add("updates", Learning.Updates).Add("loss", Learning.Loss);
        if (Prediction is not null)
            row.Add("predicted_return_bias", Prediction.Gap).Add("predicted_return_rmse", Prediction.RootMeanSquareError);
        if (Audit is not null)
        {
            row.Add("exploitation_gap", Audit.Gap).Add("plan_error_rmse", Audit.RootMeanSquareError)
                .Add("disagreement", Audit.MeanDisagreement).Add("disagreement_rank_correlation", Audit.RankCorrelation);
        }

        if (EvaluationReturns.Count > 0)
            row.Add("evaluation_return", EvaluationReturns.Average());
        var metrics = Learning?.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal) ?? Enumerable.Empty<KeyValuePair<string, double>>();
        foreach (var (name, value) in metrics)
            row.Add("model." + name, value);
        return row;
    }
}
