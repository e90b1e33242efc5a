using Robotics.Configuration.Robots;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Testing.Emulation;
using Robotics.Testing.Emulation.Rosbridge;

namespace Robotics.Hil.Emulation;

/// <summary>An emulated rosbridge server with the arm's controller behind it.</summary>
internal sealed class RosbridgeTarget : HilTarget
{
    private readonly EmulatedRosbridge _server;

    /// <summary>Starts the server.</summary>
    public RosbridgeTarget(RobotDefinition definition, RandomKey key, SystemClock clock)
    {
        string[] joints = [.. definition.Joints.Select(j => j.Name)];
        Arm = new EmulatedArm(definition.MjcfPath!, joints, clock);
        _server = new EmulatedRosbridge(Arm, joints, clock, key);
        Definition = definition.Overlay($"connection: {{address: 'ws://127.0.0.1:{_server.Port}'}}");
    }

    /// <inheritdoc/>
    public override RobotDefinition Definition { get; }

    /// <inheritdoc/>
    public override EmulatedArm Arm { get; }

    /// <inheritdoc/>
    public override EmulatorFaults Faults => _server.Faults;

    /// <inheritdoc/>
    public override Task DisconnectAsync(CancellationToken cancellationToken) => _server.StopListeningAsync();

    /// <inheritdoc/>
    public override Task ReconnectAsync(CancellationToken cancellationToken)
    {
        _server.ListenAgain();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Arm.Dispose();
    }
}
