using Robotics.Configuration.Robots;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Drivers.Mqtt;
using Robotics.Testing.Emulation;
using Robotics.Testing.Emulation.Mqtt;

namespace Robotics.Hil.Emulation;

/// <summary>An emulated arm behind a broker on the loopback.</summary>
internal sealed class MqttTarget : HilTarget
{
    private const string Prefix = "hil";
    private readonly EmulatedMqttArm _device;
    private TestBroker? _broker;

    private MqttTarget(RobotDefinition definition, TestBroker broker, EmulatedArm arm, EmulatedMqttArm device)
    {
        (_broker, Arm, _device, Port) = (broker, arm, device, broker.Port);
        Definition = definition.Overlay(
            $"connection: {{host: 127.0.0.1, port: {broker.Port}, state_topic: {Prefix}/state, command_topic: {Prefix}/command}}");
    }

    /// <inheritdoc/>
    public override RobotDefinition Definition { get; }

    /// <inheritdoc/>
    public override EmulatedArm Arm { get; }

    /// <inheritdoc/>
    public override EmulatorFaults Faults => _device.Faults;

    private int Port { get; }

    /// <summary>Starts broker and device.</summary>
    public static async Task<MqttTarget> StartAsync(RobotDefinition definition, RandomKey key, SystemClock clock)
    {
        var options = definition.Connection<MqttOptions>();
        var broker = await TestBroker.StartAsync();
        var arm = new EmulatedArm(definition.MjcfPath!, [.. definition.Joints.Select(j => j.Name)], clock);
        var device = await EmulatedMqttArm.StartAsync(
            arm, clock, broker.Port, Prefix, options.Format == MqttPayloadFormat.Binary,
            options.ReceiverTimeout ?? TimeSpan.FromMilliseconds(100), key);
        return new MqttTarget(definition, broker, arm, device);
    }

    /// <inheritdoc/>
    public override async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        if (_broker is not null)
            await _broker.DisposeAsync();
        _broker = null;
    }

    /// <inheritdoc/>
    public override async Task ReconnectAsync(CancellationToken cancellationToken)
    {
        _broker = await TestBroker.StartAsync(Port);
        await _device.ConnectAsync(Port);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _device.DisposeAsync();
        if (_broker is not null)
            await _broker.DisposeAsync();
        Arm.Dispose();
    }
}
