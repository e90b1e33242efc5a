using System.CommandLine;
using Robotics.Core.Time;
using Robotics.Reporting.Output;

namespace Robotics.Cli.Shell;

/// <summary>Context of a command: its arguments and the run's seed, clock, output and folder.</summary>
internal sealed class CommandContext(ParseResult arguments, CommonOptions options, CommandOutput output, SystemClock clock)
    : RunContext(Start(arguments, options), output, clock)
{
    /// <summary>The parsed arguments, for the command's own options.</summary>
    public ParseResult Arguments => arguments;

    /// <summary>True when <c>--seed</c> was given.</summary>
    public bool IsSeedGiven => arguments.GetResult(options.Seed) is { Implicit: false };

    /// <summary>Value of one of the command's own options.</summary>
    public T? Get<T>(Option<T> option) => arguments.GetValue(option);

    /// <summary>Value of one of the command's own arguments.</summary>
    public T? Get<T>(Argument<T> argument) => arguments.GetValue(argument);

    private static RunStart Start(ParseResult arguments, CommonOptions options) => new(
        arguments.CommandResult.Command.Name,
        "./robot " + string.Join(' ', arguments.Tokens.Select(t => Quote(t.Value))),
        arguments.GetValue(options.Seed),
        arguments.GetValue(options.Config),
        arguments.GetValue(options.Out));
}
