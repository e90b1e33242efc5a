using System.CommandLine;
using System.CommandLine.Help;
using Robotics.Configuration.Files;
using Robotics.Core.Errors;
using Robotics.Core.Time;
using Robotics.Reporting.Output;

namespace Robotics.Cli.Shell;

/// <summary>Action of a command; returns the exit code.</summary>
internal delegate Task<int> CommandWork(CommandContext context, CancellationToken cancellationToken);

/// <summary>The command line: the root command, the common options, the error boundary and the result line.</summary>
internal sealed class RobotCommandLine
{
    private readonly Terminal _terminal;
    private readonly SystemClock _clock;
    private readonly CommonOptions _options = new();
    private readonly RootCommand _root = new("Learned robot control: estimate, predict, plan, act.") { HelpName = "./robot" };
    private CommandOutput _output;

    /// <summary>An empty command line that writes to <paramref name="terminal"/>.</summary>
    public RobotCommandLine(Terminal terminal, SystemClock clock)
    {
        _terminal = terminal;
        _clock = clock;
        _output = new CommandOutput(terminal, clock, json: false, quiet: false);
        _options.AddTo(_root);
    }

    /// <summary>Adds a command.</summary>
    public void Add(Command command) => _root.Add(command);

    /// <summary>Creates a command whose action runs inside the error boundary with the common options.</summary>
    public Command Create(string name, string description, CommandWork work)
    {
        var command = new Command(name, description);
        command.SetAction((parsed, cancellationToken) => work(new CommandContext(parsed, _options, _output, _clock), cancellationToken));
        return command;
    }

    /// <summary>Parses and runs; returns the process's exit code and never throws.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, StopSignal stop)
    {
        var parsed = _root.Parse(arguments.Count == 0 ? ["--help"] : arguments);
        _output = new CommandOutput(_terminal, _clock, IsGiven(parsed, _options.Json), IsGiven(parsed, _options.Quiet));
        if (IsGiven(parsed, _options.StopWithInput))
            stop.ListenToInput();
        var log = new CrashLog(Path.Combine(RepositoryFolder.Find(), "runs", "logs"), _clock);
        var exitCode = await new ErrorBoundary(_output, log).RunAsync(arguments, stop, () => InvokeAsync(parsed, stop.Token));
        if (parsed.Action is not HelpAction)
            _output.Complete(exitCode);
        return exitCode;
    }

    private Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
            throw new UserErrorException(UsageError.Sentence(parsed));

        var invocation = new InvocationConfiguration
        {
            Output = _terminal.Out,
            Error = _terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return parsed.InvokeAsync(invocation, cancellationToken);
    }

    private static bool IsGiven(ParseResult parsed, Option<bool> option) => parsed.GetResult(option) is { Implicit: false };
}
