using System.Collections.Concurrent;
using Polly;
using Polly.Retry;
using Robotics.Core.Errors;
using Robotics.Data.Checkpoints;
using Robotics.Reporting.Output;

namespace Robotics.Learning.Seeds;

/// <summary>A run of <c>train</c> in a process of its own. Immutable.</summary>
/// <param name="Label">Display name.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Folder">Run folder; results of earlier processes are kept.</param>
/// <param name="Trials">Number of trials, random ones included.</param>
/// <param name="Arguments">The arguments of this program.</param>
internal sealed record ChildRun(string Label, ulong Seed, RunFolder Folder, int Trials, IReadOnlyList<string> Arguments)
{
    /// <summary>File of its metrics, one line for each trial.</summary>
    public string Figures { get; init; } = Folder.Metrics;
}

/// <summary>Runs processes in parallel and shows their progress; when one fails the others are stopped gracefully.</summary>
internal static class ChildRuns
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs them all.</summary>
    /// <param name="output">Shows the progress.</param>
    /// <param name="title">Title of the progress bar.</param>
    /// <param name="runs">The runs, at least one.</param>
    /// <param name="processes">Maximum number of concurrent processes.</param>
    /// <param name="cancellationToken">Stops all processes gracefully.</param>
    /// <returns>The outcomes, in the order of the runs.</returns>
    /// <exception cref="UserErrorException">One failed; the others were stopped and can be resumed.</exception>
    public static async Task<IReadOnlyList<SeedOutcome>> RunAsync(
        CommandOutput output, string title, IReadOnlyList<ChildRun> runs, int processes, CancellationToken cancellationToken)
    {
        using var display = new ChildRunsDisplay(output, runs, title);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var restarts = Restarts(output, stop.Token);
        var running = new ConcurrentDictionary<ChildRun, bool>();
        var ended = new ConcurrentQueue<(ChildRun Run, SeedOutcome Outcome)>();
        // The loop itself is not cancelled: it ends when the processes have.
        var work = Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = processes }, async (run, _) =>
        {
            if (stop.IsCancellationRequested)
                return;
            running.TryAdd(run, true);
            var outcome = await restarts.ExecuteAsync(
                async _ => await SeedProcess.RunAsync(run.Seed, run.Arguments, stop.Token), CancellationToken.None);
            running.TryRemove(run, out bool _);
            ended.Enqueue((run, outcome));
            if (outcome.Error is not null)
                await stop.CancelAsync();
        });
        using var timer = new PeriodicTimer(RefreshInterval);
        while (await Task.WhenAny(work, timer.WaitForNextTickAsync(CancellationToken.None).AsTask()) != work)
            display.Refresh([.. running.Keys]);
        await work;
        display.Refresh([]);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var (run, outcome) in ended.OrderBy(e => e.Run.Label, StringComparer.Ordinal))
        {
            foreach (var warning in outcome.Warnings)
                output.Warn($"{run.Label}: {warning}");
        }

        // The first failure stopped the others.
        if (ended.FirstOrDefault(e => e.Outcome.Error is not null) is not { Run: { } failed } first)
            return [.. runs.Select(r => ended.First(e => e.Run == r).Outcome)];
        output.Note($"The others were stopped gracefully; once the cause is fixed, resume all with: {output.GoesOnWith}");
        throw new UserErrorException($"{failed.Label}: {first.Outcome.Error}");
    }

    /// <summary>
    /// A process that was killed, usually for lack of memory, is restarted and resumes after its last completed trial. One that
    /// exited by itself has reported the reason.
    /// </summary>
    private static ResiliencePipeline<SeedOutcome> Restarts(CommandOutput output, CancellationToken stop) =>
        new ResiliencePipelineBuilder<SeedOutcome>().AddRetry(new RetryStrategyOptions<SeedOutcome>
        {
            ShouldHandle = new PredicateBuilder<SeedOutcome>().HandleResult(o => o.WasKilled && !stop.IsCancellationRequested),
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromSeconds(1),
            BackoffType = DelayBackoffType.Exponential,
            OnRetry = retry =>
            {
                var outcome = retry.Outcome.Result!;
                output.Note($"seed {outcome.Seed}: {outcome.Error} It is restarted and resumes where it was.");
                return default;
            },
        }).Build();
}
