using System.Diagnostics;
using Polly;
using Polly.Retry;
using Robotics.Core.Errors;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>
/// A child process that runs <see cref="SimulatorServer"/>. It prints <see cref="ReadyLine"/> on its standard output once it
/// listens; what it writes to standard error is shown as it is.
/// </summary>
public sealed class SimulatorProcess : IAsyncDisposable
{
    /// <summary>The line that the child prints when clients can connect.</summary>
    public const string ReadyLine = "simulator ready";

    // Exit codes above it mean that a signal ended the process. One that ended by itself has printed the reason, and would do so again.
    private const int KilledExitCode = 128;

    private static readonly ResiliencePipeline<Start> Restarts = new ResiliencePipelineBuilder<Start>()
        .AddRetry(new RetryStrategyOptions<Start>
        {
            ShouldHandle = new PredicateBuilder<Start>().HandleResult(s => s.Child is null && s.ExitCode > KilledExitCode),
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(200),
            BackoffType = DelayBackoffType.Exponential,
        })
        .Build();

    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(3);
    private readonly Process _process;

    private SimulatorProcess(Process process) => _process = process;

    /// <summary>The child's process id.</summary>
    public int Id => _process.Id;

    /// <summary>Time that the processor's cores have spent on the child so far, added up.</summary>
    public TimeSpan ProcessorTime => _process.TotalProcessorTime;

    /// <summary>True when the child runs.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Starts the child and waits until it listens; one that a signal kills before is started again, twice at most.</summary>
    /// <param name="executable">The program, for example this one (<see cref="Environment.ProcessPath"/>).</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Stops waiting, and the child with it.</param>
    /// <exception cref="UserErrorException">The child ended before it listened.</exception>
    public static async Task<SimulatorProcess> StartAsync(
        string executable, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var (child, exitCode) = await Restarts.ExecuteAsync(
            async token => await StartOnceAsync(executable, arguments, token), cancellationToken);
        var how = exitCode > KilledExitCode
            ? $"was killed (exit code {exitCode}) before it was ready, again and again"
            : "ended before it was ready";
        return child ?? throw new UserErrorException($"The simulator's process {how}; what it printed above says why.");
    }

    /// <summary>Ends the child at once, as a crash would.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the child to end by itself, as it does when its client has gone; ends it otherwise.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(PatienceAtEnd);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static async Task<Start> StartOnceAsync(string executable, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(executable, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        var process = Process.Start(start) ?? throw new UserErrorException($"{executable}: the simulator's process cannot be started.");
        var child = new SimulatorProcess(process);
        var isReady = false;
        try
        {
            while (!isReady && await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
                isReady = line == ReadyLine;
            if (isReady)
                return new Start(child, 0);
            await process.WaitForExitAsync(cancellationToken);
            return new Start(null, process.ExitCode);
        }
        finally
        {
            if (!isReady)
                await child.DisposeAsync();
        }
    }

    /// <summary>Result of a start.</summary>
    /// <param name="Child">The child that listens; null when it ended.</param>
    /// <param name="ExitCode">Exit code of the child.</param>
    private readonly record struct Start(SimulatorProcess? Child, int ExitCode);
}
