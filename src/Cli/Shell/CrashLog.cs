using System.Globalization;
using Robotics.Core.Time;

namespace Robotics.Cli.Shell;

/// <summary>Log of an unexpected exception: the terminal shows one sentence, this file has the details.</summary>
internal sealed class CrashLog(string folder, SystemClock clock)
{
    /// <summary>Writes the exception with its stack and returns the file's path, or null when nothing can be written.</summary>
    public string? Write(IReadOnlyList<string> arguments, Exception exception)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"error-{clock.UtcNow:yyyyMMdd-HHmmss}-{Environment.ProcessId}.log");
        var text = $"command: robot {string.Join(' ', arguments)}\nversion: {typeof(CrashLog).Assembly.GetName().Version}\n"
            + $"runtime: {Environment.Version}\ntime: {clock.UtcNow:O}\n\n{exception}\n";
        return TryWrite(Path.Combine(folder, name), text) ?? TryWrite(Path.Combine(Path.GetTempPath(), name), text);
    }

    private static string? TryWrite(string path, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
