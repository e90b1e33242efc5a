using Robotics.Core.Errors;

namespace Robotics.Learning.Latent;

/// <summary>
/// Collects planned episodes while the learner takes gradient steps, under the weights from before those steps, so that the result does
/// not depend on which of the two is faster. One caller; the episodes run on a thread of their own.
/// </summary>
/// <param name="collector">Runs the episodes; nothing else may use it meanwhile.</param>
internal sealed class BackgroundCollector(EpisodeCollector collector) : IAsyncDisposable
{
    private CancellationTokenSource? _stop;
    private Task? _work;

    /// <summary>Begins to run and record episodes; <see cref="FinishAsync"/> comes before the next call.</summary>
    /// <param name="first">Number of the first episode.</param>
    /// <param name="count">Number of episodes.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public void Begin(int first, int count, CancellationToken cancellationToken)
    {
        var model = collector.Compile();
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stop = _stop.Token;
        _work = Task.Run(
            async () =>
            {
                for (var i = 0; i < count; i++)
                    await collector.CollectAsync(first + i, model, stop);
            },
            stop);
    }

    /// <summary>Waits until all episodes are recorded.</summary>
    /// <exception cref="UserErrorException">An episode could not be run or recorded.</exception>
    public async Task FinishAsync()
    {
        if (_work is { } work)
            await work;
        _work = null;
        _stop?.Dispose();
        _stop = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stop is { } stop)
            await stop.CancelAsync();
        if (_work is { } work)
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop?.Dispose();
    }
}
