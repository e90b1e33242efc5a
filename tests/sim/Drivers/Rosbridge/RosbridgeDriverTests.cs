using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Drivers.Rosbridge;
using Robotics.Testing.Emulation.Mqtt;

namespace Robotics.Tests.Sim.Drivers;

public sealed class RosbridgeDriverTests
{
    private static readonly double[] Goal = [0.3, 0.3, 0, 1.6, 0, 0.9, 0, 0.02];
    private readonly double[] _applied = new double[8];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cbor", "float64_multi_array", "ros2")]
    [InlineData("cbor_raw", "joint_trajectory", "ros2")]
    [InlineData("png", "float64_multi_array", "ros2")]
    [InlineData("none", "joint_trajectory", "ros1")]
    public async Task TryWrite_InEachEncoding_MovesTheArmAndStampsItsStatesHonestly(string compression, string form, string version)
    {
        await using var robot = RosbridgeFixture.Start(
            ("compression: cbor", $"compression: {compression}"), ("float64_multi_array", form), ("ros: ros2", $"ros: {version}"));
        robot.Server.IsRos1 = version == "ros1";
        var link = await robot.ActivateAsync();
        var largestAge = 0.0;
        var reached = robot.Until(() => Math.Abs(robot.State.Positions[0] - 0.3) < 0.02, () =>
        {
            Assert.Equal(LinkStatus.Ok, link.TryWrite(robot.Clock.Now, Goal, _applied));
            if (link.TryRead(robot.State) == LinkStatus.Ok)
                largestAge = Math.Max(largestAge, (robot.State.ReceivedAt - robot.State.CapturedAt).TotalSeconds);
        });

        Assert.True(reached);
        Assert.Equal(0.3, robot.Arm.Read(0).Position, 0.05);
        Assert.Equal(1.6, robot.State.Positions[3], 0.1); // the server names the joints in another order
        Assert.InRange(largestAge, 0, 0.5); // the robot's clock is 3 s off
        Assert.True(double.IsNaN(robot.State.Efforts[0]));
    }

    [Fact]
    public async Task TryWrite_Silence_StopsWhereTheArmWasMeasured()
    {
        await using var robot = RosbridgeFixture.Start();
        var link = await robot.ActivateAsync();
        for (var i = 0; i < 3; i++)
            link.TryWrite(robot.Clock.Now, [2.5, 0.3, 0, 1.6, 0, 0.9, 0, 0.02], _applied);

        Assert.True(robot.Until(() => robot.Arm.GoalOf(0) is > 0 and < 2.4));
        Assert.True(robot.Driver.Report().Errors[LinkErrorKind.Expired] >= 1);
    }

    [Fact]
    public async Task TryRead_ServerRestarts_EverythingIsAdvertisedAndSubscribedAgain()
    {
        await using var robot = RosbridgeFixture.Start();
        var link = await robot.ActivateAsync();
        await robot.Server.StopListeningAsync();
        Assert.True(robot.Until(() => link.TryRead(robot.State) == LinkStatus.Disconnected));
        Assert.Contains("rosbridge at ws://127.0.0.1", robot.Driver.Report().LastError);
        link.TryWrite(robot.Clock.Now, Goal, _applied);
        var before = robot.Server.Log.Count;
        robot.Server.ListenAgain();

        Assert.True(robot.Until(() => robot.Driver.Report() is { Connection: ConnectionState.Connected, Connections: 2 }));
        var frames = robot.Server.Log.Skip(before).Select(e => e.Frame.GetProperty("op").GetString()).ToList();
        Assert.Contains("advertise", frames);
        Assert.Contains("subscribe", frames);
        Assert.DoesNotContain("publish", frames); // commands from before are discarded
        Assert.Equal(LinkStatus.Held, link.TryWrite(robot.Clock.Now, Goal, _applied));
        link.Resume();
        Assert.True(robot.Until(
            () => Math.Abs(robot.Arm.Read(0).Position - 0.3) < 0.05, () => link.TryWrite(robot.Clock.Now, Goal, _applied)));
    }

    [Fact]
    public async Task TryRead_HalfOpenConnection_IsDisconnectedAndComesBack()
    {
        await using var robot = RosbridgeFixture.Start(("state_topic", "state_timeout_ms: 200\n  state_topic"));
        var link = await robot.ActivateAsync();
        robot.Server.Faults.IsHalfOpen = true;
        Assert.True(robot.Until(() => link.TryRead(robot.State) == LinkStatus.Disconnected));
        Assert.Contains("no state came on the topic '/joint_states'", robot.Driver.Report().LastError);
        robot.Server.Faults.IsHalfOpen = false;

        Assert.True(robot.Until(() => link.TryRead(robot.State) == LinkStatus.Ok));
    }

    [Fact]
    public async Task TryRead_RobotsClockIsSet_IsSaid()
    {
        await using var robot = RosbridgeFixture.Start();
        await robot.ActivateAsync();
        robot.Server.Faults.ClockJump = TimeSpan.FromSeconds(-50);

        Assert.True(robot.Until(() => robot.Driver.Report().LastError?.Contains("jumped by -") == true));
    }

    [Fact]
    public async Task ReleaseAsync_TorqueService_SwitchesTheMotorsOff()
    {
        await using var robot = RosbridgeFixture.Start();
        await robot.ActivateAsync();
        Assert.True(robot.Server.HasTorque);
        await robot.Driver.ReleaseAsync(Cancellation);
        Assert.False(robot.Server.HasTorque);
    }

    [Fact]
    public async Task ReleaseAsync_WithoutTorqueService_SaysWhatToName()
    {
        await using var robot = RosbridgeFixture.Start(("  torque_service: /arm/torque\n", ""));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => robot.Driver.ReleaseAsync(Cancellation));
        Assert.Contains("name a service of std_srvs/SetBool as 'torque_service'", error.Message);
    }

    [Fact]
    public async Task ConnectAsync_TopicOfAnotherType_SaysWhereAndWhich()
    {
        await using var robot = RosbridgeFixture.Start();
        robot.Server.Types["/joint_states"] = "sensor_msgs/msg/Joy";
        var error = await Assert.ThrowsAsync<UserErrorException>(() => robot.Driver.ConnectAsync(Cancellation));
        Assert.Contains("arm7-rosbridge.yaml:7:3: the topic '/joint_states'", error.Message);
        Assert.Contains("is of type sensor_msgs/msg/Joy, and this driver needs sensor_msgs/msg/JointState", error.Message);
    }

    [Fact]
    public async Task ConnectAsync_JointThatTheRobotLacks_IsNamed()
    {
        await using var robot = RosbridgeFixture.Start(
            ("state_topic", "state_timeout_ms: 300\n  state_topic"), ("{name: joint7,", "{name: joint7, device_name: wrist,"));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => robot.Driver.ConnectAsync(Cancellation));
        Assert.Contains("it gives no position of joint 'wrist'; correct the name, or set 'device_name'", error.Message);
    }

    [Fact]
    public async Task ConnectAsync_NobodyListens_SaysSo()
    {
        await using var robot = RosbridgeFixture.Start(("command_topic", "connect_timeout_ms: 500\n  command_topic"));
        await robot.Server.StopListeningAsync();
        var error = await Assert.ThrowsAsync<UserErrorException>(() => robot.Driver.ConnectAsync(Cancellation));
        Assert.Contains("does not answer (Connection refused", error.Message);
    }

    [Fact]
    public async Task ConnectAsync_ServerThatIsNoWebSocket_SaysSo()
    {
        await using var broker = await TestBroker.StartAsync();
        var path = TestModels.Shipped("../robots/arm7-rosbridge.yaml");
        var text = File.ReadAllText(path).Replace("localhost:9090", $"127.0.0.1:{broker.Port}")
            .Replace("ros: ros2", "ros: ros2\n  connect_timeout_ms: 500");
        await using var driver = new RosbridgeDriver(RobotDefinition.FromText(text, path), new Core.Time.SystemClock());
        var error = await Assert.ThrowsAsync<UserErrorException>(() => driver.ConnectAsync(Cancellation));
        Assert.Contains("rosbridge at ws://127.0.0.1", error.Message);
        Assert.Contains("does not answer", error.Message);
    }
}
