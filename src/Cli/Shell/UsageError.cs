using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Robotics.Cli.Shell;

/// <summary>One sentence on what is wrong with the arguments, and the help that lists the valid ones.</summary>
internal static partial class UsageError
{
    /// <summary>The sentence for arguments that did not parse.</summary>
    public static string Sentence(ParseResult parsed)
    {
        var command = string.Concat(Path(parsed.CommandResult).Select(c => $" {c.Name}"));
        var problem = parsed.UnmatchedTokens.Count > 0
            ? $"'{parsed.UnmatchedTokens[0]}' is no command or option of ./robot{command}"
            : Typed().Replace(parsed.Errors[0].Message.TrimEnd('.'), "'$1' is no value for $2");
        return $"{problem}; ./robot{command} --help says what can be given.";
    }

    /// <summary>The commands from below the root down to the parsed one.</summary>
    private static IEnumerable<Command> Path(CommandResult result) =>
        result.Parent is CommandResult parent ? [.. Path(parent), result.Command] : [];

    [GeneratedRegex("^Cannot parse argument '(.*)' for option '(.*)' as expected type '.*'$")]
    private static partial Regex Typed();
}
