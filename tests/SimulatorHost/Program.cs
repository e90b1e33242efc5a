using Robotics.Drivers.Simulation.Remote;
using Robotics.Drivers.Simulation.World;

// The simulator in a process of its own, for tests that kill it: <model> <socket> [<camera>].
var simulation = new SimulationOptions
{
    ModelPath = args[0],
    Cameras = [.. args.Skip(2).Select(name => new SimulatedCameraOptions { Name = name, RateHz = 30 })],
};
var server = new SimulatorServerOptions { SocketPath = args[1], ConnectTimeout = TimeSpan.FromSeconds(20) };
await SimulatorServer.RunAsync(simulation, server, () => Console.WriteLine(SimulatorProcess.ReadyLine), CancellationToken.None);
