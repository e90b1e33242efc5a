using Robotics.Configuration.Robots;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Testing.Emulation;
using Robotics.Testing.Emulation.Dynamixel;
using Robotics.Testing.Emulation.Feetech;

namespace Robotics.Hil.Emulation;

/// <summary>Emulated servos on a pseudo-terminal.</summary>
internal sealed class SerialTarget : HilTarget
{
    private readonly SerialEmulator _bus;

    /// <summary>Starts the emulator.</summary>
    public SerialTarget(RobotDefinition definition, RandomKey key, SystemClock clock)
    {
        Arm = new EmulatedArm(definition.MjcfPath!, [.. definition.Joints.Select(j => j.Name)], clock);
        Faults = new EmulatorFaults(key);
        var link = Path.Combine(Path.GetTempPath(), $"robot-hil-{Environment.ProcessId}");
        _bus = definition.Options.Driver == DriverKind.Dynamixel
            ? new DynamixelBusEmulator(Arm, EmulatedDynamixelServo.FromRobot(definition), clock, Faults, link)
            : new FeetechBusEmulator(Arm, EmulatedFeetechServo.FromRobot(definition), clock, Faults, link);
        _bus.Start();
        Definition = definition.Overlay($"connection: {{port: {link}}}");
    }

    /// <inheritdoc/>
    public override RobotDefinition Definition { get; }

    /// <inheritdoc/>
    public override EmulatedArm Arm { get; }

    /// <inheritdoc/>
    public override EmulatorFaults Faults { get; }

    /// <inheritdoc/>
    public override Task DisconnectAsync(CancellationToken cancellationToken)
    {
        _bus.Unplug();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task ReconnectAsync(CancellationToken cancellationToken)
    {
        _bus.Plug();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _bus.Dispose();
        Arm.Dispose();
        return ValueTask.CompletedTask;
    }
}
