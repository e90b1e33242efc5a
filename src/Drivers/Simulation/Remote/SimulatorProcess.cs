using System.Diagnostics;
using Robotics.Core;

namespace Robotics.Drivers.Simulation;

/// <summary>
/// A child process that runs <see cref="SimulatorServer"/>. It says <see cref="ReadyLine"/> on its standard output once it
/// listens; what it writes to standard error is shown as it is.
/// </summary>
public sealed class SimulatorProcess : IAsyncDisposable
{
    /// <summary>The line that the child prints when clients can connect.</summary>
    public const string ReadyLine = "simulator ready";

    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(3);
    private readonly Process _process;

    private SimulatorProcess(Process process) => _process = process;

    /// <summary>The child's process id.</summary>
    public int Id => _process.Id;

    /// <summary>Time that the processor's cores have spent on the child so far, added up.</summary>
    public TimeSpan ProcessorTime => _process.TotalProcessorTime;

    /// <summary>Whether the child runs.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Starts the child and waits until it listens.</summary>
    /// <param name="executable">The program, for example this one (<see cref="Environment.ProcessPath"/>).</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellation">Stops waiting, and the child with it.</param>
    /// <exception cref="UserErrorException">The child ended before it listened.</exception>
    public static async Task<SimulatorProcess> StartAsync(string executable, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(executable, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        var process = Process.Start(start) ?? throw new UserErrorException($"{executable}: the simulator's process cannot be started.");
        var child = new SimulatorProcess(process);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
            {
                if (line == ReadyLine)
                    return child;
            }
        }
        catch (OperationCanceledException)
        {
            await child.DisposeAsync();
            throw;
        }

        await child.DisposeAsync();
        throw new UserErrorException("The simulator's process ended before it was ready; what it printed above says why.");
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
}
