using System.Text;
using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Rosbridge;
using Robotics.Drivers.Rosbridge.Messages;

namespace Robotics.Tests.Unit.Drivers;

public sealed class JointCommandWriterTests
{
    private static readonly RobotJointOptions[] Joints =
    [
        new() { Name = "j1", DeviceName = "arm_1", Position = [-1, 1], MaximumVelocity = 1, MaximumAcceleration = 1 },
    ];

    [Theory]
    [InlineData(RosCommandForm.Float64MultiArray, RosVersion.Ros2,
        """{"op":"publish","topic":"/arm/cmd","msg":{"layout":{"dim":[],"data_offset":0},"data":[0.2]}}""")]
    [InlineData(RosCommandForm.JointTrajectory, RosVersion.Ros2,
        """{"op":"publish","topic":"/arm/cmd","msg":{"header":{"stamp":{"sec":0,"nanosec":0},"frame_id":""},"joint_names":["arm_1"],"points":[{"positions":[0.2],"velocities":[],"accelerations":[],"effort":[],"time_from_start":{"sec":0,"nanosec":50000000}}]}}""")]
    [InlineData(RosCommandForm.JointTrajectory, RosVersion.Ros1,
        """{"op":"publish","topic":"/arm/cmd","msg":{"header":{"stamp":{"secs":0,"nsecs":0},"frame_id":""},"joint_names":["arm_1"],"points":[{"positions":[0.2],"velocities":[],"accelerations":[],"effort":[],"time_from_start":{"secs":0,"nsecs":50000000}}]}}""")]
    public void Write_Command_IsThePublication(RosCommandForm form, RosVersion version, string frame)
    {
        var options = new RosbridgeOptions { Address = "ws://localhost", CommandTopic = "/arm/cmd", CommandForm = form, Ros = version };
        using var writer = new JointCommandWriter(options, Joints);
        writer.Write([0.1]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var written = writer.Write([0.2]);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        Assert.Equal(frame, Encoding.UTF8.GetString(written.Span));
    }

    [Theory]
    [InlineData("address: http://robot", "'address' must be like ws://host:9090, not 'http://robot'")]
    [InlineData("address: ws://robot:9090\n  ros: ros1\n  compression: cbor_raw", "'compression' must be none, png or cbor with ROS 1")]
    [InlineData("address: ws://robot:9090\n  command_form: joint_trajectory", "robot.yaml:9:5: a joint trajectory commands positions")]
    public void Constructor_WrongConnection_SaysWhereAndWhat(string lines, string message)
    {
        var error = Assert.ThrowsAny<UserErrorException>(() => new RosbridgeDriver(Robot(lines, "velocity"), new SystemClock()));
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Spec_WithoutReceiverTimeout_KeepsTheLastCommand()
    {
        Assert.Equal(
            CommandLossBehaviour.KeepsLastCommand,
            new RosbridgeDriver(Robot("address: ws://robot:9090", "position"), new SystemClock()).Spec.OnCommandLoss);
        Assert.Equal(
            CommandLossBehaviour.Stops,
            new RosbridgeDriver(Robot("address: ws://robot:9090\n  receiver_timeout_ms: 80", "position"), new SystemClock())
                .Spec.OnCommandLoss);
    }

    private static RobotDefinition Robot(string lines, string mode) => RobotDefinition.FromText(
        $$"""
        schema: 1
        name: arm
        driver: rosbridge
        connection:
          command_topic: /arm/cmd
          {{lines}}
        joints:
          - {name: joint1, mode: {{mode}}, position: [-1, 1], maximum_velocity: 1, maximum_acceleration: 1}
        """,
        "robot.yaml");
}
