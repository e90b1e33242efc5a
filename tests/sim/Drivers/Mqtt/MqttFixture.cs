using Robotics.Configuration.Robots;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Drivers.Mqtt;
using Robotics.Testing.Emulation;
using Robotics.Testing.Emulation.Mqtt;

namespace Robotics.Tests.Sim.Drivers;

/// <summary>The shipped MQTT robot before an emulated arm, on a broker of the test.</summary>
internal sealed class MqttFixture : IAsyncDisposable
{
    private readonly int _port;

    private MqttFixture(int port, SystemClock clock, EmulatedArm arm, EmulatedMqttArm device, MqttDriver driver) =>
        (_port, Clock, Arm, Device, Driver) = (port, clock, arm, device, driver);

    public SystemClock Clock { get; }

    public EmulatedArm Arm { get; }

    public EmulatedMqttArm Device { get; }

    public MqttDriver Driver { get; }

    public RobotState State { get; } = new(8);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static RobotDefinition Robot(int port, string lines = "")
    {
        var path = TestModels.Shipped("../robots/arm7-mqtt.yaml");
        return RobotDefinition.FromText(File.ReadAllText(path).Replace("  host: localhost", $"  host: 127.0.0.1\n  port: " +
            $"{port}{lines}"), path);
    }

    public static async Task<MqttFixture> StartAsync(int port, bool isBinary = false, string lines = "")
    {
        var clock = new SystemClock();
        var robot = Robot(port, lines);
        robot = isBinary ? RobotDefinition.FromText(File.ReadAllText(robot.FilePath).Replace("format: json", "format: binary")
            .Replace("  host: localhost", $"  host: 127.0.0.1\n  port: {port}{lines}"), robot.FilePath) : robot;
        var arm = new EmulatedArm(robot.MjcfPath!, [.. robot.Joints.Select(j => j.Name)], clock);
        var device = await EmulatedMqttArm.StartAsync(
            arm, clock, port, "arm7", isBinary, TimeSpan.FromMilliseconds(100), RandomKey.FromSeed(1));
        return new MqttFixture(port, clock, arm, device, new MqttDriver(robot, clock));
    }

    public async Task<GuardedLink> ActivateAsync()
    {
        await Driver.ConnectAsync(Cancellation);
        return await Driver.ActivateAsync(new GuardOptions(), new EmergencyStop(), Cancellation);
    }

    /// <summary>Calls at 100 Hz until the condition holds; false after some seconds.</summary>
    public bool Until(Func<bool> condition, Action? each = null, double seconds = 5)
    {
        var pacer = new WallPacer(Clock);
        for (var end = Clock.Now + TimeSpan.FromSeconds(seconds); Clock.Now < end;)
        {
            each?.Invoke();
            if (condition())
                return true;
            pacer.WaitUntil(Clock.Now + TimeSpan.FromMilliseconds(10));
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync();
        await Device.DisposeAsync();
        Arm.Dispose();
    }
}
