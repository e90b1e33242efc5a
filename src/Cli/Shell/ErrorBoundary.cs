using Robotics.Data.Storage;
using Robotics.Reporting.Output;

namespace Robotics.Cli.Shell;

/// <summary>The one place that handles exceptions: a sentence for the user, an exit code for scripts.</summary>
internal sealed class ErrorBoundary(CommandOutput output, CrashLog log)
{
    /// <summary>Exit code of every failure.</summary>
    public const int FailureExitCode = 1;

    /// <summary>Runs the command and returns its exit code, or the signal's when one ended the command; never throws.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, StopSignal stop, Func<Task<int>> command)
    {
        try
        {
            var exitCode = await command();
            return exitCode == 0 ? stop.ExitCode : exitCode;
        }
        catch (Exception e) when (stop.ExitCode != 0 && ErrorSentence.Unwrap(e) is OperationCanceledException)
        {
            var resume = output.GoesOnWith is { } line ? $", and it goes on with: {line}" : ".";
            output.Error($"stopped before the end, as asked; what was written so far is kept{resume}");
            return stop.ExitCode;
        }
#pragma warning disable CA1031 // every exception ends here
        catch (Exception e)
#pragma warning restore CA1031
        {
            output.Error(ErrorSentence.For(e) ?? DefectReport(arguments, e));
            if (output.GoesOnWith is { } line && (StorageError.IsOutOfSpace(e) || StorageError.IsOutOfSpace(e.InnerException)))
                output.Note($"What was written is kept; with free space it goes on with: {line}");
            return FailureExitCode;
        }
    }

    private string DefectReport(IReadOnlyList<string> arguments, Exception exception)
    {
        var path = log.Write(arguments, exception);
        var cause = ErrorSentence.Unwrap(exception);
        var details = path is null ? $"no log could be written ({cause.GetType().Name})" : $"the details are in {path}";
        return $"something unexpected went wrong, which is a defect of this program; {details}.";
    }
}
