using System.Globalization;
using Robotics.Reporting.Output;
using Robotics.Reporting.Pages;
using Robotics.Reporting.Plots;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Ensembles;

/// <summary>
/// The suite <c>kinds</c>: the models that Chua et al. 2018 compare (section 6): ensemble or one network, with variance or without.
/// Once at equal updates, with the task's own planner; once at equal milliseconds a decision, where a model whose rollouts are cheaper
/// (no noise, so one particle a network is enough) looks at more sequences.
/// </summary>
internal sealed class KindsStudy(RunContext context, StudyRequest request)
{
    private static readonly string[] DefaultTasks = ["reach", "cartpole"];

    private static readonly (string Kind, string Label, string Colour)[] Kinds =
    [
        ("pe", "PE", PlotPalette.Blue),
        ("p", "P", PlotPalette.Vermilion),
        ("de", "DE", PlotPalette.Green),
        ("d", "D", PlotPalette.Purple),
    ];

    /// <summary>Runs the suite.</summary>
    public async Task RunAsync(string folder, CancellationToken cancellationToken)
    {
        var runs = new StudyRuns(context, request, folder);
        var cost = new EqualCost(context, runs, folder);
        var (updates, milliseconds) = (new List<StudyTask>(), new List<StudyTask>());
        foreach (var task in request.Tasks ?? (request.Quick ? DefaultTasks[..1] : DefaultTasks))
        {
            var atUpdates = Kinds.Select(k => new StudyArm(k.Kind, k.Label, k.Colour, cost.Overlay(k.Kind, task, 1))).ToList();
            var atMilliseconds = new List<StudyArm>();
            foreach (var (kind, label, colour) in Kinds)
            {
                // An ensemble with variance is the measure, and its own equal.
                var arm = kind == "pe" ? atUpdates[0] : new StudyArm(kind + "-ms", label, colour, await cost.MatchAsync(kind, task, cancellationToken));
                atMilliseconds.Add(arm);
            }

            var found = await runs.RunAsync(task, [.. atUpdates, .. atMilliseconds.Skip(1)], request.Trials ?? (request.Quick ? 3 : 8), cancellationToken);
            updates.Add(found with { Arms = [.. found.Arms.Take(Kinds.Length)] });
            milliseconds.Add(found with { Arms = [found.Arms[0], .. found.Arms.Skip(Kinds.Length)] });
        }

        Report(updates, milliseconds).Write(context, folder);
    }

    private StudyReport Report(List<StudyTask> updates, List<StudyTask> milliseconds) => new()
    {
        Suite = "kinds",
        Title = "Ensemble or one network, with variance or without",
        Seeds = request.Seeds,
        Bars = [.. updates.SelectMany(t => Bars(t, "updates")), .. milliseconds.SelectMany(t => Bars(t, "ms"))],
        Plots =
        [
            .. updates.Select(t => ArmReport.Plot(t, "return", "Return at equal updates", true)),
            .. milliseconds.Select(t => ArmReport.Plot(t, "return", "Return at equal milliseconds", true)),
        ],
        Tables = [.. updates.Select(t => Named(t, "equal updates")), .. milliseconds.Select(t => Named(t, "equal milliseconds a decision"))],
        Notes =
        [
            "Equal updates: every kind takes the same gradient steps and looks at the same sequences; what is sampled has the task's particles, what is not sampled one per network.",
            "Equal milliseconds: population and elites of P, DE and D are scaled until the fastest decision takes as long as that of PE on this machine, one thread.",
        ],
        Details = new Dictionary<string, object?>
        {
            ["equal_updates"] = Results(updates),
            ["equal_milliseconds"] = Results(milliseconds),
        },
    };

    private static IEnumerable<StudyBar> Bars(StudyTask task, string budget) => task.Arms.Skip(1).Select(other => new StudyBar(
        string.Create(CultureInfo.InvariantCulture, $"{task.Key}_{budget}_gain_over_{other.Arm.Name.Split('-')[0]}"),
        $"{task.Task}, equal {budget}: return while learning of PE less that of {other.Arm.Label}",
        [.. task.Arms[0].MeanOf("return").Zip(other.MeanOf("return"), (pe, o) => pe - o)]));

    private static ReportTable Named(StudyTask task, string budget) => ArmReport.Table(task) is var table ? table with { Caption = $"{table.Caption}; {budget}" } : table;

    private static Dictionary<string, TaskResult> Results(List<StudyTask> tasks) => tasks.ToDictionary(t => t.Key, ArmReport.ToResult);
}
