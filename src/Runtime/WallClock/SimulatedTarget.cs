using System.Reflection;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Streams;
using Robotics.Core.Time;
using Robotics.Drivers.Simulation.Remote;
using Robotics.Drivers.Simulation.World;
using Robotics.Runtime.Tasks;

namespace Robotics.Runtime.WallClock;

/// <summary>The simulator in a process of its own, which runs against the wall clock.</summary>
public sealed class SimulatedTarget : IRunTarget
{
    private readonly SimulatorProcess _process;
    private readonly RemoteSimulator _robot;

    private SimulatedTarget(SimulatorProcess process, RemoteSimulator robot) => (_process, _robot) = (process, robot);

    /// <inheritdoc/>
    public RobotDriver Driver => _robot;

    /// <inheritdoc/>
    public IReadOnlyList<ISensorStream<ImageLease>> Cameras => _robot.Cameras;

    /// <inheritdoc/>
    public IPrivilegedState? Privileged => _robot;

    /// <inheritdoc/>
    public GuardOptions? Limits => null;

    /// <inheritdoc/>
    public bool CanGoOn => _robot.IsConnected;

    /// <inheritdoc/>
    public string LostSentence =>
        "the simulator's process ended during the run; its output above, if any, gives the reason. Training results are kept: run the same "
        + "command again.";

    /// <inheritdoc/>
    public TimeSpan SimulatorTime => _process.ProcessorTime;

    /// <summary>Starts the simulator's process and connects to it.</summary>
    /// <param name="session">The task.</param>
    /// <param name="request">The task, as passed to the simulator's process.</param>
    /// <param name="clock">The run's clock.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UserErrorException">The simulator's process does not start or fails.</exception>
    public static async Task<SimulatedTarget> StartAsync(
        TaskSession session, TaskRequest request, SystemClock clock, CancellationToken cancellationToken)
    {
        var socket = SimulatorSocket.Prepare();
        var process = await SimulatorProcess.StartAsync(Environment.ProcessPath!, Arguments(request, socket), cancellationToken);
        try
        {
            var robot = new RemoteSimulator(SimulationOptions.FromTask(session.Task), socket, clock);
            try
            {
                await robot.ConnectAsync(cancellationToken);
                return new SimulatedTarget(process, robot);
            }
            catch
            {
                await robot.DisposeAsync();
                throw;
            }
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task ResetAsync(GuardedLink link, RandomKey key, CancellationToken cancellationToken) =>
        _robot.ResetAsync(key, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _robot.DisposeAsync();
        await _process.DisposeAsync();
    }

    private static IEnumerable<string> Arguments(TaskRequest request, string socket)
    {
        string[] head = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Assembly.GetEntryAssembly()!.Location]
            : [];
        return
        [
            .. head, "simulate", "--task", request.Task, "--socket", socket,
            .. request.MjcfPath is { } mjcf ? ["--mjcf", mjcf] : Array.Empty<string>(),
            .. request.ConfigPath is { } config ? ["--config", config] : Array.Empty<string>(),
        ];
    }
}
