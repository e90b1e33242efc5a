using Robotics.Cli.Commands;
using Robotics.Cli.Commands.Bench;
using Robotics.Cli.Commands.Eval;
using Robotics.Cli.Commands.Train;
using Robotics.Cli.Shell;
using Robotics.Core.Time;
using Robotics.Reporting.Output;

namespace Robotics.Cli;

/// <summary>The composition root: builds the command line from the commands and runs it.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var clock = new SystemClock();
        var terminal = Terminal.FromProcess();
        using var stop = StopSignal.FromProcess(terminal);
        return await CreateCommandLine(terminal, clock).RunAsync(arguments, stop);
    }

    /// <summary>All commands, in the order in which the help lists them.</summary>
    internal static RobotCommandLine CreateCommandLine(Terminal terminal, SystemClock clock)
    {
        var line = new RobotCommandLine(terminal, clock);
        line.Add(DoctorCommand.Create(line));
        line.Add(DemoCommand.Create(line));
        line.Add(TrainCommand.Create(line));
        line.Add(EvalCommand.Create(line));
        line.Add(RunCommand.Create(line));
        line.Add(SimulateCommand.Create(line));
        line.Add(BenchCommand.Create(line));
        line.Add(RobotCommand.Create(line));
        line.Add(HilEntryCommand.Create(line));
        line.Add(TestCommand.Create(line));
        line.Add(SchemaCommand.Create(line));
        return line;
    }
}
