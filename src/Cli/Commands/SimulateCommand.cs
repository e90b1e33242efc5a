using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Drivers.Simulation.Remote;
using Robotics.Drivers.Simulation.World;
using Robotics.Learning.Sessions;

namespace Robotics.Cli.Commands;

/// <summary><c>robot simulate</c>: simulates a task's robot against the wall clock for another process, like hardware.</summary>
internal sealed class SimulateCommand
{
    private readonly TaskOptions _task = new();

    private readonly Option<string?> _socket = new("--socket")
    {
        Description = "Unix socket to listen on; the command serves one client and ends.",
        HelpName = "file",
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new SimulateCommand();
        var command = line.Create(
            "simulate", "Play a task's robot against the wall clock for another process, as hardware would.", options.RunAsync);
        options._task.AddTo(command);
        command.Add(options._socket);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var socket = context.Get(_socket)
            ?? throw new UserErrorException("no socket was given; add --socket FILE, for instance --socket /tmp/robot.sock.");
        var task = LearningSession.Resolve(_task.Read(context));
        await SimulatorServer.RunAsync(
            SimulationOptions.FromTask(task), new SimulatorServerOptions { SocketPath = socket },
            () => context.Output.Line(SimulatorProcess.ReadyLine), cancellationToken);
        return 0;
    }
}
