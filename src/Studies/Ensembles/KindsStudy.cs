using System.Globalization;
using Robotics.Reporting.Plots;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Ensembles;

/// <summary>
/// The model kinds of Chua et al. 2018, section 6: ensemble or single network, with or without predicted variance. At equal updates the
/// task's planner is used; at equal milliseconds per decision a kind with cheaper rollouts (deterministic, so one particle per network)
/// gets a larger population.
/// </summary>
internal sealed class KindsStudy : IStudy
{
    private static readonly string[] DefaultTasks = ["reach", "cartpole"];

    private static readonly (string Kind, string Label, string Colour)[] Kinds =
    [
        ("pe", "PE", PlotPalette.Blue),
        ("p", "P", PlotPalette.Vermilion),
        ("de", "DE", PlotPalette.Green),
        ("d", "D", PlotPalette.Purple),
    ];

    /// <inheritdoc/>
    public string Name => "kinds";

    /// <inheritdoc/>
    public string Title => "Ensemble or single network, with or without variance";

    /// <inheritdoc/>
    public string Summary => "returns of PE, P, DE and D models (Chua et al. 2018) at equal updates and at equal decision time.";

    /// <inheritdoc/>
    public bool IsResumable => true;

    /// <inheritdoc/>
    public async Task RunAsync(StudyRun run, CancellationToken cancellationToken)
    {
        var (runs, options) = (new SeedRuns(run), run.Options);
        var population = new ComputeMatchedPopulation(run, runs);
        var (updates, milliseconds) = (new List<TaskConditions>(), new List<TaskConditions>());
        foreach (var task in options.Tasks ?? (options.Quick ? DefaultTasks[..1] : DefaultTasks))
        {
            var atUpdates = Kinds.Select(k => new Condition(k.Kind, k.Label, k.Colour, population.Overlay(k.Kind, task, 1))).ToList();
            var atMilliseconds = new List<Condition>();
            // PE is the reference for the decision time, so the first kind needs no matching.
            foreach (var (kind, label, colour) in Kinds.Skip(1))
                atMilliseconds.Add(new Condition(kind + "-ms", label, colour, await population.MatchAsync(kind, task, cancellationToken)));

            var trials = options.Trials ?? (options.Quick ? 3 : 8);
            var learned = await runs.RunAsync(task, [.. atUpdates, .. atMilliseconds], trials, cancellationToken);
            updates.Add(learned with { Conditions = [.. learned.Conditions.Take(Kinds.Length)] });
            milliseconds.Add(learned with { Conditions = [learned.Conditions[0], .. learned.Conditions.Skip(Kinds.Length)] });
        }

        Report(run, updates, milliseconds);
    }

    private static void Report(StudyRun run, List<TaskConditions> updates, List<TaskConditions> milliseconds)
    {
        foreach (var task in updates)
            Report(run, task, "Return at equal updates", "equal updates");
        foreach (var task in milliseconds)
            Report(run, task, "Return at equal milliseconds", "equal milliseconds per decision");
        var criteria = updates.SelectMany(t => Criteria(t, "updates")).Concat(milliseconds.SelectMany(t => Criteria(t, "ms")));
        foreach (var criterion in criteria)
            run.Require(criterion);
        run.Note(
            "Equal updates: every kind takes the same gradient steps and evaluates the same number of sequences; kinds with variance use "
            + "the task's particles, kinds without use one per network.");
        run.Note(
            "Equal milliseconds: population and elites of P, DE and D are scaled until the fastest decision takes as long as that of PE on "
            + "this machine, one thread.");
        run.Detail("equal_updates", Results(updates));
        run.Detail("equal_milliseconds", Results(milliseconds));
    }

    private static void Report(StudyRun run, TaskConditions task, string title, string budget)
    {
        var table = ConditionReport.Table(task);
        run.Plot(ConditionReport.Plot(task, "return", title, true));
        run.Table(table with { Caption = $"{table.Caption}; {budget}" });
    }

    private static IEnumerable<Criterion> Criteria(TaskConditions task, string budget)
    {
        return task.Conditions.Skip(1).Select(other => new Criterion(
            string.Create(CultureInfo.InvariantCulture, $"{task.Key}_{budget}_gain_over_{other.Condition.Name.Split('-')[0]}"),
            $"{task.Task}, equal {budget}: return while learning of PE minus that of {other.Condition.Label}",
            [.. task.Conditions[0].MeanOf("return").Zip(other.MeanOf("return"), (pe, o) => pe - o)]));
    }

    private static Dictionary<string, TaskResult> Results(List<TaskConditions> tasks) =>
        tasks.ToDictionary(t => t.Key, ConditionReport.ToResult);
}
