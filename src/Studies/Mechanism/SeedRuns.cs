using System.Globalization;
using Robotics.Data.Checkpoints;
using Robotics.Data.Storage;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Runs;
using Robotics.Learning.Seeds;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Output;
using Robotics.Runtime.Tasks;

namespace Robotics.Studies.Mechanism;

/// <summary>
/// Learning runs of several conditions over several seeds, each in a process of one thread. The returns of random actions and of the
/// planner with ground-truth dynamics are measured once per task, with the task's own settings, for all conditions.
/// </summary>
/// <param name="study">The run of the study.</param>
internal sealed class SeedRuns(StudyRun study)
{
    private const string BaselinesFile = "baselines.json";

    /// <summary>The task as the study's own process opens it: one thread, as each run has.</summary>
    public TaskRequest TaskOf(string task, string? overlay = null) => new(task, null, overlay, study.Seeds[0], 1);

    /// <summary>Runs all conditions over all seeds, or resumes them.</summary>
    /// <param name="task">The task.</param>
    /// <param name="conditions">The conditions.</param>
    /// <param name="trials">Trials under the planner.</param>
    /// <param name="cancellationToken">Stops every run in good order.</param>
    public async Task<TaskConditions> RunAsync(
        string task, IReadOnlyList<Condition> conditions, int trials, CancellationToken cancellationToken)
    {
        var place = Path.Combine(study.Folder, Path.GetFileNameWithoutExtension(task));
        var episodes = study.IsQuick ? 1 : 3;
        Baselines baselines;
        int randomTrials;
        await using (var session = await LearningSession.OpenAsync(TaskOf(task), cancellationToken))
        {
            WritableFolder.Ensure(place);
            RunSettings.Hold(RunSettings.FromLearning(session, study.Context.Seed), place);
            randomTrials = session.Training.RandomTrials;
            baselines = await Baselines.MeasureAsync(session, place, episodes, study.Context, cancellationToken);
        }

        var cells = (from seed in study.Seeds
                     from condition in conditions
                     select Cell(task, place, condition, seed, trials, randomTrials, episodes)).ToList();
        var title = $"{task}: {conditions.Count} conditions, {study.Seeds.Count} seeds, trials";
        var processes = Math.Min(cells.Count, study.Options.Threads);
        await ChildRuns.RunAsync(study.Context.Output, title, [.. cells.Select(c => c.Run)], processes, cancellationToken);
        return new TaskConditions(
            task, baselines.Random, baselines.GroundTruth,
            [.. conditions.Select(condition => new ConditionMetrics(
                condition, cells.Where(c => c.Condition == condition).ToDictionary(c => c.Run.Seed, c => c.Run.Folder)))]);
    }

    private static (Condition Condition, ChildRun Run) Cell(
        string task, string place, Condition condition, ulong seed, int trials, int randomTrials, int episodes)
    {
        var overlay = Path.Combine(place, condition.Name + ".yaml");
        AtomicFile.WriteText(overlay, condition.Overlay);
        var run = new RunFolder(Path.Combine(place, string.Create(CultureInfo.InvariantCulture, $"{condition.Name}-seed-{seed}")));
        WritableFolder.Ensure(run.Path);
        File.Copy(Path.Combine(place, BaselinesFile), Path.Combine(run.Path, BaselinesFile), overwrite: true);
        return (condition, new ChildRun($"{condition.Name}, seed {seed}", seed, run, trials + randomTrials,
        [
            "train", "--task", task, "--config", overlay, "--seed", Text(seed), "--trials", Text(trials), "--threads", "1",
            "--out", run.Path, "--json", "--quiet", RunContext.StopWithInputOption,
            "--baseline-episodes", Text(episodes), "--eval-episodes", "1", "--wall-seconds", "0",
        ]));
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}

/// <summary>One task learned under every condition. Immutable.</summary>
/// <param name="Task">Its name or file.</param>
/// <param name="RandomReturn">Mean return of random actions.</param>
/// <param name="GroundTruthReturn">Mean return of the task's planner with ground-truth dynamics.</param>
/// <param name="Conditions">Metrics of the conditions, in order.</param>
internal sealed record TaskConditions(
    string Task, double RandomReturn, double GroundTruthReturn, IReadOnlyList<ConditionMetrics> Conditions)
{
    /// <summary>The task in names of metrics.</summary>
    public string Key => Path.GetFileNameWithoutExtension(Task).Replace('-', '_');

    /// <summary>Metrics of a condition by its name.</summary>
    public ConditionMetrics this[string name] => Conditions.First(c => c.Condition.Name == name);

    /// <summary>A return scaled to 0 for random actions and 1 for ground-truth dynamics.</summary>
    public double Score(double value) => (value - RandomReturn) / (GroundTruthReturn - RandomReturn);
}
