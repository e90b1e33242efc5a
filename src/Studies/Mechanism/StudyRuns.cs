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
/// Learning runs of several arms over several seeds in one-thread processes side by side. What random actions and the oracle are
/// worth is measured once per task, with the task's own settings, and holds for all arms.
/// </summary>
internal sealed class StudyRuns(RunContext context, StudyRequest request, string folder)
{
    private const string BaselinesFile = "baselines.json";

    /// <summary>The task as the suite's own process opens it: one thread, as each run has.</summary>
    public TaskRequest TaskOf(string task, string? overlay = null) => new(task, null, overlay, request.Seeds[0], 1);

    /// <summary>Runs all arms over all seeds, or goes on with them.</summary>
    /// <param name="task">The task.</param>
    /// <param name="arms">The arms.</param>
    /// <param name="trials">Trials under the planner.</param>
    /// <param name="cancellationToken">Stops every run in good order.</param>
    public async Task<StudyTask> RunAsync(string task, IReadOnlyList<StudyArm> arms, int trials, CancellationToken cancellationToken)
    {
        var place = Path.Combine(folder, Path.GetFileNameWithoutExtension(task));
        var episodes = request.Quick ? 1 : 3;
        Baselines baselines;
        int randomTrials;
        await using (var session = await LearningSession.OpenAsync(TaskOf(task), cancellationToken))
        {
            WritableFolder.Ensure(place);
            RunSettings.Hold(RunSettings.FromLearning(session, context.Seed), place);
            randomTrials = session.Training.RandomTrials;
            baselines = await Baselines.MeasureAsync(session, place, episodes, context, cancellationToken);
        }

        var cells = (from seed in request.Seeds from arm in arms select Cell(task, place, arm, seed, trials, randomTrials, episodes)).ToList();
        var title = $"{task}: {arms.Count} arms, {request.Seeds.Count} seeds, trials";
        await ChildRuns.RunAsync(context.Output, title, [.. cells.Select(c => c.Run)], Math.Min(cells.Count, request.Threads), cancellationToken);
        return new StudyTask(
            task, baselines.Random, baselines.Oracle,
            [.. arms.Select(arm => new ArmFigures(arm, cells.Where(c => c.Arm == arm).ToDictionary(c => c.Run.Seed, c => c.Run.Folder)))]);
    }

    private static (StudyArm Arm, ChildRun Run) Cell(string task, string place, StudyArm arm, ulong seed, int trials, int randomTrials, int episodes)
    {
        var overlay = Path.Combine(place, arm.Name + ".yaml");
        AtomicFile.WriteText(overlay, arm.Overlay);
        var run = new RunFolder(Path.Combine(place, string.Create(CultureInfo.InvariantCulture, $"{arm.Name}-seed-{seed}")));
        WritableFolder.Ensure(run.Path);
        File.Copy(Path.Combine(place, BaselinesFile), Path.Combine(run.Path, BaselinesFile), overwrite: true);
        return (arm, new ChildRun($"{arm.Name}, seed {seed}", seed, run, trials + randomTrials,
        [
            "train", "--task", task, "--config", overlay, "--seed", Text(seed), "--trials", Text(trials), "--threads", "1", "--out", run.Path, "--json", "--quiet",
            RunContext.StopWithInputOption, "--baseline-episodes", Text(episodes), "--eval-episodes", "1", "--wall-seconds", "0",
        ]));
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}

/// <summary>A task that all arms have learned. Immutable.</summary>
/// <param name="Task">Its name or file.</param>
/// <param name="RandomReturn">The mean return of random actions.</param>
/// <param name="OracleReturn">The mean return of the task's planner on the true simulator.</param>
/// <param name="Arms">The arms, in order.</param>
internal sealed record StudyTask(string Task, double RandomReturn, double OracleReturn, IReadOnlyList<ArmFigures> Arms)
{
    /// <summary>The task in the names of figures.</summary>
    public string Key => Path.GetFileNameWithoutExtension(Task).Replace('-', '_');

    /// <summary>An arm by its name.</summary>
    public ArmFigures this[string name] => Arms.First(a => a.Arm.Name == name);

    /// <summary>A return as a share of the way from random actions to the oracle.</summary>
    public double Score(double value) => (value - RandomReturn) / (OracleReturn - RandomReturn);
}
