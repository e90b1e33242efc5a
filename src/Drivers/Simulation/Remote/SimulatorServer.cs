using System.Net.Sockets;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>
/// Serves a simulated world, against the wall clock, to one client in another process: the simulator as hardware would be.
/// It ends when the client goes, so a killed program leaves no simulator behind.
/// </summary>
public static class SimulatorServer
{
    /// <summary>Listens, serves one client, and returns when it has gone.</summary>
    /// <param name="simulation">Options of the simulation: the same as the client's.</param>
    /// <param name="options">Address and speed of the server.</param>
    /// <param name="onListening">Called once clients can connect, for example to print a line.</param>
    /// <param name="cancellationToken">Ends the serving.</param>
    /// <exception cref="UserErrorException">The model or the socket does not work, or no client came.</exception>
    public static async Task RunAsync(
        SimulationOptions simulation, SimulatorServerOptions options, Action? onListening, CancellationToken cancellationToken)
    {
        options.Validate();
        using var world = new SimulatedWorld(simulation, RandomKey.FromSeed(0));
        using var listener = Listen(options.SocketPath);
        try
        {
            onListening?.Invoke();
            using var client = await AcceptAsync(listener, options, cancellationToken);
            using var session = new SimulatorSession(world, client, options);
            await session.RunAsync(cancellationToken);
        }
        finally
        {
            File.Delete(options.SocketPath);
        }
    }

    private static Socket Listen(string path)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(1);
            return listener;
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            throw new UserErrorException(
                $"{path}: the simulator cannot listen there: {error.Message}; choose a folder that exists and can be written.", error);
        }
    }

    private static async Task<Socket> AcceptAsync(Socket listener, SimulatorServerOptions options, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.ConnectTimeout);
        try
        {
            return await listener.AcceptAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UserErrorException(
                $"{options.SocketPath}: no program connected to the simulator within {options.ConnectTimeout.TotalSeconds} s; start it "
                + "again together with one.");
        }
    }
}
