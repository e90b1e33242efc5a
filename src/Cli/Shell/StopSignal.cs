using System.Runtime.InteropServices;
using Robotics.Reporting.Output;

namespace Robotics.Cli.Shell;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP, or the end of standard input where a parent process uses it: the first requests a graceful
/// stop, the second ends the process at once. Thread-safe.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    /// <summary>Exit code after Ctrl-C.</summary>
    public const int InterruptedExitCode = 130;

    /// <summary>Exit code after SIGTERM.</summary>
    public const int TerminatedExitCode = 143;

    /// <summary>Exit code after SIGHUP: the terminal is gone.</summary>
    public const int HungUpExitCode = 129;

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _exitCode;

    /// <summary>Cancelled when a stop is requested.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Exit code of the received signal, or 0.</summary>
    public int ExitCode => Volatile.Read(ref _exitCode);

    /// <summary>Listens to the process's signals.</summary>
    public static StopSignal FromProcess(Terminal terminal)
    {
        var stop = new StopSignal();
        stop.Listen(PosixSignal.SIGINT, InterruptedExitCode, terminal);
        stop.Listen(PosixSignal.SIGTERM, TerminatedExitCode, terminal);
        stop.Listen(PosixSignal.SIGHUP, HungUpExitCode, terminal);
        return stop;
    }

    /// <summary>Requests a stop. False when one was already requested.</summary>
    public bool Request(int exitCode)
    {
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) != 0)
            return false;
        _source.Cancel();
        return true;
    }

    /// <summary>The end of standard input requests a stop as well.</summary>
    public void ListenToInput() => _ = Task.Run(async () =>
    {
        await using var input = Console.OpenStandardInput();
        await input.CopyToAsync(Stream.Null);
        Request(TerminatedExitCode);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Listen(PosixSignal signal, int exitCode, Terminal terminal) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            if (ExitCode != 0)
                return; // the system's own action: the process ends
            context.Cancel = true;
            terminal.Error.WriteLine("stopping in good order; once more to stop at once ...");
            Request(exitCode);
        }));
}
