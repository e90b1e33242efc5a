using System.Globalization;
using Robotics.Data.Checkpoints;
using Robotics.Data.Storage;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Latent;
using Robotics.Learning.Seeds;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Reporting.Pages;
using Robotics.Runtime.LockStep;
using Robotics.Runtime.Tasks;
using Robotics.Studies.Ensembles;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Latent;

/// <summary>Learning runs of the study <c>latent</c>, one process per condition and seed, and their report.</summary>
/// <param name="study">The run of the study.</param>
/// <param name="task">Name or file of the task.</param>
/// <param name="estimator">Run folder of the filter.</param>
/// <param name="schedule">Episodes and gradient steps of each condition.</param>
/// <param name="conditions">The conditions.</param>
internal sealed class LatentComparison(
    StudyRun study, string task, string estimator, LatentConditions schedule, IReadOnlyList<Condition> conditions)
{
    private const double MinimumReduction = 0.3;
    private const string Gap = "exploitation_gap";
    private static readonly int[] ReportedEpisodes = [10, 20, 40, 80];

    /// <summary>Runs all conditions over all seeds and reports them.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (groundTruth, random) = await MeasureBaselinesAsync(cancellationToken);
        var cells = (from seed in study.Seeds from condition in conditions select Cell(condition, seed)).ToList();
        var title = $"{conditions.Count} conditions, {study.Seeds.Count} seeds, evaluations";
        var processes = Math.Min(cells.Count, study.Options.Threads);
        await ChildRuns.RunAsync(study.Context.Output, title, [.. cells.Select(c => c.Run)], processes, cancellationToken);
        var metrics = conditions.Select(condition => new ConditionMetrics(
            condition,
            [.. cells.Where(c => c.Condition == condition).OrderBy(c => c.Run.Seed)
                .Select(c => TrialMetrics.ReadLines(c.Run.Figures))])).ToList();
        Report(new TaskConditions(task, random, groundTruth.Result.Mean, metrics), groundTruth);
    }

    /// <summary>Evaluations of the task's planner with ground-truth dynamics, and of random actions.</summary>
    private async Task<(LatentEvaluation GroundTruth, double Random)> MeasureBaselinesAsync(CancellationToken cancellationToken)
    {
        var request = new TaskRequest(task, null, null, study.Seeds[0], 1);
        await using var session = await LearningSession.OpenAsync(request, cancellationToken);
        var random = await EvaluateAsync(session.CreateController(new RandomPolicy()), "random");
        return (await EvaluateAsync(session.CreateGroundTruthController(), "simulator"), random.Result.Mean);

        Task<LatentEvaluation> EvaluateAsync(LoopController controller, string name) => LatentEvaluation.RunAsync(
            study.Context, session, controller, study.IsQuick ? 1 : 5, Path.Combine(study.Folder, name), name, cancellationToken);
    }

    private (Condition Condition, ChildRun Run) Cell(Condition condition, ulong seed)
    {
        var overlay = Path.Combine(study.Folder, condition.Name + ".yaml");
        AtomicFile.WriteText(overlay, condition.Overlay);
        var number = seed.ToString(CultureInfo.InvariantCulture);
        var run = new RunFolder(Path.Combine(study.Folder, $"{condition.Name}-seed-{number}"));
        return (condition, new ChildRun($"{condition.Name}, seed {number}", seed, run, schedule.Rounds + 1,
        [
            "train", "latent", "--task", task, "--config", overlay, "--estimator", estimator, "--seed", number,
            "--threads", "1", "--out", run.Path, "--json", "--quiet", RunContext.StopWithInputOption,
        ])
        { Figures = Path.Combine(run.Path, TrainingLog.Evaluations + ".jsonl") });
    }

    private void Report(TaskConditions measured, LatentEvaluation groundTruth)
    {
        study.Plot(ConditionReport.Plot(measured, "return", "Return", true));
        study.Plot(ConditionReport.Plot(measured, "success_rate", "Success rate", false));
        study.Plot(ConditionReport.Plot(measured, Gap, "Exploitation gap", false));
        study.Table(Table(measured, groundTruth));
        foreach (var criterion in Criteria(measured))
            study.Require(criterion);
        study.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"All conditions begin with the filter in {estimator} and {schedule.SeedEpisodes} of its episodes, and take "
            + $"{schedule.Updates} gradient steps on its beliefs over {schedule.Episodes} planned episodes of noisy actions, and "
            + $"{schedule.FilterUpdates} of the filter; under 'planet' the filter takes all of them. Evaluations, "
            + $"{schedule.EvaluationEpisodes} episodes each, are without noise."));
        study.Note(
            "The exploitation gap is the expected return of a plan minus its true return, the plan executed unchanged in a copy of the "
            + "simulator, at every eighth decision. It is undefined where the expectation includes a value beyond the horizon.");
        study.Detail("task", ToResult(measured));
        study.Detail("simulator", new LatentResult(groundTruth));
    }

    /// <summary>
    /// For each ensemble with a disagreement penalty: reduction of the single model's exploitation gap, and gain in return.
    /// </summary>
    private static IEnumerable<Criterion> Criteria(TaskConditions measured)
    {
        foreach (var (several, one) in LatentConditions.Pairs)
        {
            if (Find(several) is not { } many || Find(one) is not { } single)
                continue;
            yield return new Criterion(
                $"gap_{one}", $"exploitation gap of '{one}'; without one there is none to reduce", single.MeanOf(Gap), AtLeast: 0);
            yield return new Criterion(
                $"gap_cut_{several}", $"share by which '{several}' reduces that gap",
                [.. many.MeanOf(Gap).Zip(single.MeanOf(Gap), ExploitationStudy.Reduction)], AtLeast: MinimumReduction);
            yield return new Criterion(
                $"return_gain_{several}", $"return of '{several}' minus that of '{one}', mean over evaluations",
                [.. many.MeanOf("return").Zip(single.MeanOf("return"), (e, s) => e - s)], AtLeast: 0);
        }

        ConditionMetrics? Find(string name) => measured.Conditions.FirstOrDefault(c => c.Condition.Name == name);
    }

    private ReportTable Table(TaskConditions measured, LatentEvaluation groundTruth)
    {
        var episodes = study.IsQuick ? [schedule.Episodes] : ReportedEpisodes.Where(t => t <= schedule.Episodes).ToArray();
        var reference = $"{Figure.From(groundTruth.Result.Mean)} ({Figure.Percent(groundTruth.Result.SuccessRate)})";
        var decision = Figure.From(LatentEvaluation.Quantile(groundTruth.DecisionMilliseconds, 0.5));
        return new ReportTable(
            $"Task {measured.Task}: return (success rate) by planned episodes",
            ["condition", .. episodes.Select(t => t.ToString(CultureInfo.InvariantCulture)), "exploitation gap", "decision, ms"],
            [
                .. measured.Conditions.Select(c => (IReadOnlyList<string>)
                [
                    c.Condition.Label, .. episodes.Select(t => Cell(c, t)),
                    ConditionReport.Cell(c.MeanOf(Gap)), ConditionReport.Cell(c.MeanOf("decision_ms_p50")),
                ]),
                ["ground-truth dynamics", .. episodes.Select(_ => reference), "0", decision],
            ]);

        static string Cell(ConditionMetrics metrics, int episode)
        {
            var success = Figure.Percent(ConditionMetrics.Average(metrics.At(episode, "success_rate")));
            return $"{ConditionReport.Cell(metrics.At(episode, "return"))} ({success})";
        }
    }

    private static LatentTaskResult ToResult(TaskConditions measured) => new(
        measured.Task, measured.RandomReturn, measured.GroundTruthReturn,
        measured.Conditions.ToDictionary(c => c.Condition.Name, ToResult));

    private static Dictionary<string, object> ToResult(ConditionMetrics metrics)
    {
        var result = new Dictionary<string, object> { ["label"] = metrics.Condition.Label, ["settings"] = metrics.Condition.Overlay };
        foreach (var name in (string[])["return", "success_rate", "final_distance_m", Gap, "decision_ms_p50"])
        {
            var curve = metrics.Curve(name);
            result[name + "_by_episodes"] = curve.Trials.Zip(curve.Mean)
                .ToDictionary(p => p.First.ToString(CultureInfo.InvariantCulture), p => p.Second);
        }

        result["return_mean"] = new Criterion("return_mean", "", metrics.MeanOf("return")).ToResult();
        result["return_last"] = new Criterion("return_last", "", metrics.LastOf("return")).ToResult();
        result[Gap] = new Criterion(Gap, "", metrics.MeanOf(Gap)).ToResult();
        return result;
    }

    /// <summary>The task in the result. Immutable.</summary>
    /// <param name="Name">The task.</param>
    /// <param name="RandomReturn">Return of random actions.</param>
    /// <param name="GroundTruthReturn">Return of the planner with ground-truth dynamics.</param>
    /// <param name="Conditions">Metrics of each condition by name.</param>
    private sealed record LatentTaskResult(
        string Name, double RandomReturn, double GroundTruthReturn, IReadOnlyDictionary<string, Dictionary<string, object>> Conditions);
}
