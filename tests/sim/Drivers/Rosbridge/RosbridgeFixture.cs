using Robotics.Configuration.Robots;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Drivers.Rosbridge;
using Robotics.Testing.Emulation;
using Robotics.Testing.Emulation.Rosbridge;

namespace Robotics.Tests.Sim.Drivers;

/// <summary>The shipped rosbridge robot before an emulated server with an arm.</summary>
internal sealed class RosbridgeFixture : IAsyncDisposable
{
    private RosbridgeFixture(SystemClock clock, EmulatedArm arm, EmulatedRosbridge server, RobotDefinition robot)
    {
        (Clock, Arm, Server, Robot) = (clock, arm, server, robot);
        Driver = new RosbridgeDriver(robot, clock);
    }

    public SystemClock Clock { get; }

    public EmulatedArm Arm { get; }

    public EmulatedRosbridge Server { get; }

    public RobotDefinition Robot { get; }

    public RosbridgeDriver Driver { get; }

    public RobotState State { get; } = new(8);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts everything; <paramref name="replacements"/> change lines of the shipped file.</summary>
    public static RosbridgeFixture Start(params (string From, string To)[] replacements)
    {
        var path = TestModels.Shipped("../robots/arm7-rosbridge.yaml");
        var clock = new SystemClock();
        var shipped = RobotDefinition.Load(path);
        var joints = shipped.Joints.Select(j => j.Name).ToArray();
        var arm = new EmulatedArm(shipped.MjcfPath!, joints, clock);
        var server = new EmulatedRosbridge(arm, joints, clock, RandomKey.FromSeed(1));
        var text = File.ReadAllText(path).Replace("ws://localhost:9090", server.Address);
        foreach (var (from, to) in replacements)
            text = text.Replace(from, to);
        return new RosbridgeFixture(clock, arm, server, RobotDefinition.FromText(text, path));
    }

    public async Task<GuardedLink> ActivateAsync()
    {
        await Driver.ConnectAsync(Cancellation);
        return await Driver.ActivateAsync(new GuardOptions(), new EmergencyStop(), Cancellation);
    }

    /// <summary>Calls at 100 Hz until the condition holds; false after some seconds.</summary>
    public bool Until(Func<bool> condition, Action? each = null) => Until(Clock, condition, each);

    public static bool Until(SystemClock clock, Func<bool> condition, Action? each = null)
    {
        var pacer = new WallPacer(clock);
        for (var end = clock.Now + TimeSpan.FromSeconds(5); clock.Now < end;)
        {
            each?.Invoke();
            if (condition())
                return true;
            pacer.WaitUntil(clock.Now + TimeSpan.FromMilliseconds(10));
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync();
        await Server.DisposeAsync();
        Arm.Dispose();
    }
}
