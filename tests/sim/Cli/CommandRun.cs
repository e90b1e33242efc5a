using System.Text.Json.Nodes;
using Robotics.Cli;
using Robotics.Cli.Shell;
using Robotics.Core.Time;
using Robotics.Reporting.Output;

namespace Robotics.Tests.Sim.Cli;

/// <summary>A whole command of the program, in this process.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Result">The line of <c>--json</c>.</param>
/// <param name="Error">Text on standard error.</param>
internal sealed record CommandRun(int ExitCode, JsonObject Result, string Error)
{
    public static async Task<CommandRun> From(params string[] arguments)
    {
        var terminal = new Terminal(new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" }, Screen: null, Width: 200);
        using var stop = StopSignal.FromProcess(terminal);
        var code = await Program.CreateCommandLine(terminal, new SystemClock()).RunAsync([.. arguments, "--json"], stop);
        var last = terminal.Out.ToString()!.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        return new CommandRun(code, JsonNode.Parse(last)!.AsObject(), terminal.Error.ToString()!);
    }
}
