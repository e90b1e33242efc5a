using System.Globalization;
using Robotics.Configuration.Binding;
using Robotics.Core.Errors;
using Robotics.Data.Checkpoints;
using Robotics.Data.Storage;
using Robotics.Learning.Jobs;
using Robotics.Learning.Sessions;
using Robotics.Learning.Settings;
using Robotics.Reporting.Output;
using Robotics.Runtime.Tasks;

namespace Robotics.Learning.Seeds;

/// <summary>
/// The job of <c>train --seeds</c>: one single-threaded process per seed, as many at a time as there are threads, then a report
/// over all seeds. Each seed has a complete run in <c>seed-N</c>, which is resumed when the job is started again.
/// </summary>
internal sealed class SeedsJob(RunContext context, TaskRequest request, LearningJobOptions options, IReadOnlyList<ulong> seeds)
{
    /// <summary>Runs the job and fills the command's result.</summary>
    /// <param name="cancellationToken">Stops all seeds gracefully.</param>
    /// <exception cref="UserErrorException">A seed failed; the others were stopped and can be resumed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var task = LearningSession.Resolve(request);
        var training = OptionsBinder.Bind<ReinforcementOptions>(task.TrainingSection);
        training = training with { Trials = options.Trials ?? training.Trials };
        training.Validate();
        var folder = context.CreateResumableRunFolder();
        using var runLock = RunLock.Take(folder);
        var runs = seeds.ToDictionary(
            s => s,
            s => new RunFolder(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"seed-{s}"))));
        var processes = Math.Min(seeds.Count, request.Threads);
        context.Output.Line(
            $"Task {task.Name}: {seeds.Count} seeds, {training.RandomTrials} random and {training.Trials} planned trials each, {processes} "
                + $"at a time; run folder {folder}");
        ChildRun[] children = [.. runs.Select(
            r => new ChildRun($"seed {r.Key}", r.Key, r.Value, training.TotalTrials, Arguments(r.Key, r.Value.Path)))];
        var outcomes = await ChildRuns.RunAsync(context.Output, $"{seeds.Count} seeds, trials", children, processes, cancellationToken);
        new SeedsReport(context, task, folder, runs, outcomes).Write();
    }

    private string[] Arguments(ulong seed, string folder) =>
    [
        "train", "--task", request.Task, "--seed", Text(seed), "--threads", "1", "--out", folder, "--json", "--quiet",
        RunContext.StopWithInputOption,
        "--baseline-episodes", Text(options.BaselineEpisodes), "--eval-episodes", Text(options.EvaluationEpisodes), "--wall-seconds",
        Text(options.WallClockSeconds),
        .. options.Trials is { } trials ? ["--trials", Text(trials)] : Array.Empty<string>(),
        .. request.MjcfPath is { } mjcf ? ["--mjcf", mjcf] : Array.Empty<string>(),
        .. request.ConfigPath is { } config ? ["--config", config] : Array.Empty<string>(),
    ];

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
