using Robotics.Core.Errors;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>Options of a simulator that serves another process. Immutable.</summary>
public sealed record SimulatorServerOptions
{
    /// <summary>The Unix socket to listen at; its folder exists, and a socket left there by a killed server is replaced.</summary>
    public required string SocketPath { get; init; }

    /// <summary>Time between looks at the clock and the inbox, 0.1 to 20 ms. Default 0.5 ms.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(0.5);

    /// <summary>Maximum lag of the physics behind the clock before the missing time is skipped, 10 ms to 10 s. Default 200 ms.</summary>
    public TimeSpan MaximumLag { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Time to wait for the client, and it is a machine's fault when none comes; 0.1 s to 1 h. Default 60 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The core that the physics thread is bound to; null to leave it to the system. Default null.</summary>
    public int? Core { get; init; }

    /// <summary>Checks every range.</summary>
    /// <exception cref="UserErrorException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        SimulationOptions.Within(nameof(Tick), Tick.TotalSeconds, 1e-4, 0.02, "s");
        SimulationOptions.Within(nameof(MaximumLag), MaximumLag.TotalSeconds, 0.01, 10, "s");
        SimulationOptions.Within(nameof(ConnectTimeout), ConnectTimeout.TotalSeconds, 0.1, 3600, "s");
        if (SocketPath.Length > SimulatorSocket.MaximumLength)
        {
            throw new UserErrorException(
                $"{SocketPath}: the path of a Unix socket has at most {SimulatorSocket.MaximumLength} characters; choose a shorter "
                + "folder.");
        }
    }
}
