using System.Globalization;
using Robotics.Core.Errors;
using Robotics.Core.Time;
using Robotics.Data.Storage;

namespace Robotics.Reporting.Output;

/// <summary>Start conditions of a run. Immutable.</summary>
/// <param name="Command">The command's name, of which the default folder's is made.</param>
/// <param name="CommandLine">The command as a line that a shell would read the same way.</param>
/// <param name="Seed">The seed from which all randomness follows.</param>
/// <param name="ConfigPath">A file whose settings replace the defaults; null for none.</param>
/// <param name="OutPath">The folder that was named for everything the run writes; null for a default.</param>
public sealed record RunStart(string Command, string CommandLine, ulong Seed, string? ConfigPath, string? OutPath);

/// <summary>Context of a run: seed, clock, output and folder. One thread.</summary>
/// <param name="start">Start conditions.</param>
/// <param name="output">Output of the command.</param>
/// <param name="clock">The run's clock.</param>
public class RunContext(RunStart start, CommandOutput output, SystemClock clock)
{
    /// <summary>The option by which a parent process asks a child to end when its standard input ends.</summary>
    public const string StopWithInputOption = "--stop-with-input";

    /// <summary>Lines for people, progress, and the result.</summary>
    public CommandOutput Output => output;

    /// <summary>The run's clock.</summary>
    public SystemClock Clock => clock;

    /// <summary>The seed from which all randomness follows.</summary>
    public ulong Seed => start.Seed;

    /// <summary>A file whose settings replace the defaults; null for none.</summary>
    public string? ConfigPath => start.ConfigPath;

    /// <summary>The folder that was named for everything the run writes; null for a default.</summary>
    public string? OutPath => start.OutPath;

    /// <summary>The command as a line that a shell would read the same way.</summary>
    public string CommandLine => start.CommandLine;

    /// <summary>
    /// Creates the folder into which the run writes, <see cref="OutPath"/> or <c>runs/COMMAND-TIME</c>, and returns its full path.
    /// </summary>
    /// <exception cref="UserErrorException">The folder cannot be made or written.</exception>
    public string CreateRunFolder()
    {
        var time = clock.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var path = Path.GetFullPath(OutPath ?? Path.Combine("runs", $"{start.Command}-{time}"));
        WritableFolder.Ensure(path);
        return path;
    }

    /// <summary>
    /// Creates the run's folder as <see cref="CreateRunFolder"/> does; a message after an interruption explains how to resume the
    /// run.
    /// </summary>
    /// <exception cref="UserErrorException">The folder cannot be made or written.</exception>
    public string CreateResumableRunFolder()
    {
        var path = CreateRunFolder();
        output.GoesOnWith = OutPath is null ? $"{CommandLine} --out {Quote(path)}" : CommandLine;
        return path;
    }

    /// <summary>A word as a shell would read it.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./,:=+@%".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
