using System.Collections.Concurrent;
using Polly;
using Polly.Retry;
using Robotics.Core.Errors;
using Robotics.Data.Checkpoints;
using Robotics.Reporting.Output;

namespace Robotics.Learning.Seeds;

/// <summary>A run of <c>train</c> in a process of its own. Immutable.</summary>
/// <param name="Label">What people know it by.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Folder">Where it is; what an earlier process completed there stays.</param>
/// <param name="Trials">Its trials, random ones among them.</param>
/// <param name="Arguments">The arguments of this program.</param>
internal sealed record ChildRun(string Label, ulong Seed, RunFolder Folder, int Trials, IReadOnlyList<string> Arguments)
{
    /// <summary>Where its figures are written, a line each trial.</summary>
    public string Figures { get; init; } = Folder.Metrics;
}

/// <summary>Runs processes side by side and shows them; when one fails the others are stopped in good order.</summary>
internal static class ChildRuns
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs them all.</summary>
    /// <param name="output">Where they are shown.</param>
    /// <param name="title">What the progress bar counts.</param>
    /// <param name="runs">The runs, at least one.</param>
    /// <param name="processes">How many side by side.</param>
    /// <param name="cancellationToken">Stops every one in good order.</param>
    /// <returns>What each said, in the order of the runs.</returns>
    /// <exception cref="UserErrorException">One failed; the others were stopped and can go on.</exception>
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

        // The first one that failed made the others stop.
        if (ended.FirstOrDefault(e => e.Outcome.Error is not null) is not { Run: { } failed } first)
            return [.. runs.Select(r => ended.First(e => e.Run == r).Outcome)];
        output.Note($"The others were stopped in good order; once the cause is mended, all go on with: {output.GoesOnWith}");
        throw new UserErrorException($"{failed.Label}: {first.Outcome.Error}");
    }

    /// <summary>
    /// A process that was killed, for want of memory as a rule, is started again and goes on after the last trial it completed. One that
    /// ended by itself has said why.
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
                output.Note($"seed {outcome.Seed}: {outcome.Error} It is started again and goes on where it was.");
                return default;
            },
        }).Build();
}
