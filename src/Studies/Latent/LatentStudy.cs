using System.Globalization;
using Robotics.Configuration.Binding;
using Robotics.Core.Errors;
using Robotics.Data.Checkpoints;
using Robotics.Data.Storage;
using Robotics.Learning.Estimators;
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
using Robotics.WorldModel.Latent;

namespace Robotics.Studies.Latent;

/// <summary>
/// The suite <c>latent</c>: ways to imagine and to act in the belief of one and the same trained filter, at equal episodes and gradient
/// steps: return, success, exploitation gap and milliseconds a decision after each round of episodes, beside the true simulator as the model.
/// </summary>
internal sealed class LatentStudy
{
    private const double LeastCut = 0.3;
    private const string Gap = "exploitation_gap";
    private static readonly int[] Shown = [10, 20, 40, 80];

    private readonly RunContext _context;
    private readonly StudyRequest _request;
    private readonly string _estimator;
    private readonly string _task;
    private readonly LatentArms _course;
    private readonly IReadOnlyList<StudyArm> _arms;

    /// <summary>Prepares the suite.</summary>
    /// <param name="context">The command.</param>
    /// <param name="request">What was asked for; trials are planned episodes.</param>
    /// <param name="estimator">The run folder of the filter.</param>
    /// <param name="names">Which arms; null for all.</param>
    /// <exception cref="UserErrorException">There is no such arm.</exception>
    public LatentStudy(RunContext context, StudyRequest request, string estimator, IReadOnlyList<string>? names)
    {
        (_context, _request, _estimator) = (context, request, estimator);
        _task = _request.Tasks is [var one] ? one : "camera-reach";
        var task = LearningSession.Resolve(new TaskRequest(_task, null, null, _request.Seeds[0], 1));
        var (filter, seeds) = (OptionsBinder.Bind<LatentOptions>(task.LatentSection).UpdatesPerEpisode, Math.Min(400, EstimatorJob.SettingsOf(task).Episodes));
        _course = _request.Quick
            ? new LatentArms(FirstUpdates: 20, Rounds: 2, EpisodesPerRound: 2, UpdatesPerRound: 20, FilterUpdatesPerRound: 2, EvaluationEpisodes: 2, SeedEpisodes: Math.Min(20, seeds))
            : new LatentArms(FirstUpdates: 1000, Rounds: (_request.Trials ?? 80) / 10, EpisodesPerRound: 10, UpdatesPerRound: 300, FilterUpdatesPerRound: 10 * filter, EvaluationEpisodes: 10, SeedEpisodes: seeds);
        _arms = _course.Choose(names ?? LatentArms.Names);
    }

    /// <summary>Runs the suite.</summary>
    public async Task RunAsync(string folder, CancellationToken cancellationToken)
    {
        var (oracle, random) = await OracleAsync(folder, cancellationToken);
        var cells = (from seed in _request.Seeds from arm in _arms select Cell(folder, arm, seed)).ToList();
        await ChildRuns.RunAsync(_context.Output, $"{_arms.Count} arms, {_request.Seeds.Count} seeds, evaluations", [.. cells.Select(c => c.Run)], Math.Min(cells.Count, _request.Threads), cancellationToken);
        var found = _arms.Select(arm => new ArmFigures(arm, [.. cells.Where(c => c.Arm == arm).OrderBy(c => c.Run.Seed).Select(c => TrialMetrics.ReadLines(c.Run.Figures))])).ToList();
        Report(new StudyTask(_task, random, oracle.Result.Mean, found), oracle).Write(_context, folder);
    }

    /// <summary>The task's planner on the true simulator, and random actions.</summary>
    private async Task<(LatentEvaluation Oracle, double Random)> OracleAsync(string folder, CancellationToken cancellationToken)
    {
        await using var session = await LearningSession.OpenAsync(new TaskRequest(_task, null, null, _request.Seeds[0], 1), cancellationToken);
        var episodes = _request.Quick ? 1 : 5;
        var random = await LatentEvaluation.RunAsync(_context, session, session.CreateController(new RandomPolicy()), episodes, Path.Combine(folder, "random"), "random", cancellationToken);
        return (await LatentEvaluation.RunAsync(_context, session, session.CreateGroundTruthController(), episodes, Path.Combine(folder, "simulator"), "simulator", cancellationToken), random.Result.Mean);
    }

    private (StudyArm Arm, ChildRun Run) Cell(string folder, StudyArm arm, ulong seed)
    {
        var overlay = Path.Combine(folder, arm.Name + ".yaml");
        AtomicFile.WriteText(overlay, arm.Overlay);
        var run = new RunFolder(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{arm.Name}-seed-{seed}")));
        return (arm, new ChildRun($"{arm.Name}, seed {seed}", seed, run, _course.Rounds + 1,
        [
            "train", "latent", "--task", _task, "--config", overlay, "--estimator", _estimator, "--seed", seed.ToString(CultureInfo.InvariantCulture),
            "--threads", "1", "--out", run.Path, "--json", "--quiet", RunContext.StopWithInputOption,
        ])
        { Figures = Path.Combine(run.Path, TrainingLog.Evaluations + ".jsonl") });
    }

    private StudyReport Report(StudyTask task, LatentEvaluation oracle) => new()
    {
        Suite = "latent",
        Title = "Ways to imagine and to act in the belief",
        Seeds = _request.Seeds,
        Bars = [.. Bars(task)],
        Plots = [ArmReport.Plot(task, "return", "Return", true), ArmReport.Plot(task, "success_rate", "Success", false), ArmReport.Plot(task, Gap, "Exploitation gap", false)],
        Tables = [Table(task, oracle)],
        Notes =
        [
            string.Create(CultureInfo.InvariantCulture, $"All arms begin with the filter in {_estimator} and {_course.SeedEpisodes} of its episodes, and take {_course.Updates} gradient steps on its beliefs over {_course.Episodes} planned episodes of noisy actions, and {_course.FilterUpdates} of the filter; under 'planet' the filter takes all of them. Evaluations, {_course.EvaluationEpisodes} episodes each, are without noise."),
            "The exploitation gap is what the planner expected of its plan less what the plan, carried out unchanged in a copy of the simulator, returned; every eighth decision. Where an expectation holds a value beyond the horizon there is none.",
        ],
        Details = new Dictionary<string, object?> { ["task"] = ToResult(task), ["simulator"] = new LatentResult(oracle) },
    };

    /// <summary>Of several that pay for disagreement beside one of the same kind: does it cut the gap, at no cost?</summary>
    private static IEnumerable<StudyBar> Bars(StudyTask task)
    {
        foreach (var (several, one) in LatentArms.Pairs)
        {
            if (task.Arms.FirstOrDefault(a => a.Arm.Name == several) is not { } many || task.Arms.FirstOrDefault(a => a.Arm.Name == one) is not { } single)
                continue;
            yield return new StudyBar($"gap_{one}", $"gap of '{one}'; without one there is nothing to cut", single.MeanOf(Gap), AtLeast: 0);
            yield return new StudyBar($"gap_cut_{several}", $"share of that gap that '{several}' cuts", [.. many.MeanOf(Gap).Zip(single.MeanOf(Gap), ExploitationStudy.Cut)], AtLeast: LeastCut);
            yield return new StudyBar($"return_gain_{several}", "its return less that of the other, mean over evaluations", [.. many.MeanOf("return").Zip(single.MeanOf("return"), (e, s) => e - s)], AtLeast: 0);
        }
    }

    private ReportTable Table(StudyTask task, LatentEvaluation oracle)
    {
        var shown = _request.Quick ? [_course.Episodes] : Shown.Where(t => t <= _course.Episodes).ToArray();
        return new ReportTable(
            $"Task {task.Task}: return (success) after so many planned episodes",
            ["", .. shown.Select(t => t.ToString(CultureInfo.InvariantCulture)), "exploitation gap", "decision, ms"],
            [
                .. task.Arms.Select(a => (IReadOnlyList<string>)[a.Arm.Label, .. shown.Select(t => $"{ArmReport.Cell(a.At(t, "return"))} ({Figure.Percent(ArmFigures.Average(a.At(t, "success_rate")))})"), ArmReport.Cell(a.MeanOf(Gap)), ArmReport.Cell(a.MeanOf("decision_ms_p50"))]),
                ["the true simulator as the model", .. shown.Select(_ => $"{Figure.From(oracle.Result.Mean)} ({Figure.Percent(oracle.Result.SuccessRate)})"), "0", Figure.From(LatentEvaluation.Quantile(oracle.DecisionMilliseconds, 0.5))],
            ]);
    }

    private static LatentTaskResult ToResult(StudyTask task) =>
        new(task.Task, task.RandomReturn, task.OracleReturn, task.Arms.ToDictionary(a => a.Arm.Name, ToResult));

    private static Dictionary<string, object> ToResult(ArmFigures arm)
    {
        var result = new Dictionary<string, object> { ["label"] = arm.Arm.Label, ["settings"] = arm.Arm.Overlay };
        foreach (var name in (string[])["return", "success_rate", "final_distance_m", Gap, "decision_ms_p50"])
        {
            var course = arm.Course(name);
            result[name + "_by_episodes"] = course.Trials.Zip(course.Mean)
                .ToDictionary(p => p.First.ToString(CultureInfo.InvariantCulture), p => p.Second);
        }

        result["return_mean"] = new StudyBar("return_mean", "", arm.MeanOf("return")).ToFigure();
        result["return_last"] = new StudyBar("return_last", "", arm.LastOf("return")).ToFigure();
        result[Gap] = new StudyBar(Gap, "", arm.MeanOf(Gap)).ToFigure();
        return result;
    }

    /// <summary>The task in the result. Immutable.</summary>
    /// <param name="Name">The task.</param>
    /// <param name="RandomReturn">Return of random actions.</param>
    /// <param name="OracleReturn">Return of the planner on the true simulator.</param>
    /// <param name="Arms">Figures of each arm by name.</param>
    private sealed record LatentTaskResult(
        string Name, double RandomReturn, double OracleReturn, IReadOnlyDictionary<string, Dictionary<string, object>> Arms);
}
