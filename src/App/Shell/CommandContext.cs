using System.CommandLine;
using System.Globalization;
using Robotics.Core;

namespace Robotics.App.Shell;

/// <summary>What a command is run with: its arguments, the common options, its output and the clock.</summary>
internal sealed class CommandContext(ParseResult arguments, CommonOptions options, CommandOutput output, SystemClock clock)
{
    /// <summary>The parsed arguments, for the command's own options.</summary>
    public ParseResult Arguments => arguments;

    /// <summary>Where the command speaks.</summary>
    public CommandOutput Output => output;

    /// <summary>The run's clock.</summary>
    public SystemClock Clock => clock;

    /// <summary>Value of <c>--seed</c>.</summary>
    public ulong Seed => arguments.GetValue(options.Seed);

    /// <summary>Whether <c>--seed</c> was given.</summary>
    public bool IsSeedGiven => arguments.GetResult(options.Seed) is { Implicit: false };

    /// <summary>Value of <c>--config</c>, or null.</summary>
    public string? ConfigPath => arguments.GetValue(options.Config);

    /// <summary>Value of <c>--out</c>, or null.</summary>
    public string? OutPath => arguments.GetValue(options.Out);

    /// <summary>The command as a line that a shell would read the same way.</summary>
    public string CommandLine => "./robot " + string.Join(' ', arguments.Tokens.Select(t => Quote(t.Value)));

    /// <summary>Value of one of the command's own options.</summary>
    public T? Get<T>(Option<T> option) => arguments.GetValue(option);

    /// <summary>Value of one of the command's own arguments.</summary>
    public T? Get<T>(Argument<T> argument) => arguments.GetValue(argument);

    /// <summary>
    /// Makes the folder into which the command writes, <c>--out</c> or <c>runs/COMMAND-TIME</c>, and returns its full path.
    /// </summary>
    /// <exception cref="UserErrorException">The folder cannot be made or written.</exception>
    public string CreateRunFolder()
    {
        var time = clock.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var path = Path.GetFullPath(OutPath ?? Path.Combine("runs", $"{arguments.CommandResult.Command.Name}-{time}"));
        WritableFolder.Ensure(path);
        return path;
    }

    /// <summary>Makes the run's folder as <see cref="CreateRunFolder"/> does; when the command is stopped, the user is told how it goes on in it.</summary>
    /// <exception cref="UserErrorException">The folder cannot be made or written.</exception>
    public string CreateResumableRunFolder()
    {
        var path = CreateRunFolder();
        output.GoesOnWith = OutPath is null ? $"{CommandLine} --out {Quote(path)}" : CommandLine;
        return path;
    }

    private static string Quote(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./,:=+@%".Contains(c, StringComparison.Ordinal))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
