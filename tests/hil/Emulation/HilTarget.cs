using Robotics.Configuration.Robots;
using Robotics.Testing.Emulation;

namespace Robotics.Hil.Emulation;

/// <summary>An emulated robot: a device that speaks its protocol over a real transport, with MuJoCo behind it.</summary>
internal abstract class HilTarget : IAsyncDisposable
{
    /// <summary>The robot's file with the emulator's address in place of the device's.</summary>
    public abstract RobotDefinition Definition { get; }

    /// <summary>The physics: the truth that checks are judged by.</summary>
    public abstract EmulatedArm Arm { get; }

    /// <summary>Faults of the wire.</summary>
    public abstract EmulatorFaults Faults { get; }

    /// <summary>Cuts the connection, as by a pulled plug.</summary>
    public abstract Task DisconnectAsync(CancellationToken cancellationToken);

    /// <summary>Restores the connection.</summary>
    public abstract Task ReconnectAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
