using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Mqtt;

namespace Robotics.Tests.Unit.Drivers;

public sealed class MqttOptionsTests
{
    [Theory]
    [InlineData("receiver_timeout_ms: 100", CommandLossBehaviour.Stops, 0.1)]
    [InlineData("receiver_timeout_ms: 101", CommandLossBehaviour.KeepsLastCommand, double.PositiveInfinity)]
    [InlineData("valid_ms: 50", CommandLossBehaviour.KeepsLastCommand, double.PositiveInfinity)]
    public void Spec_ReceiverTimeout_IsAWatchdogUpTo100Ms(string line, CommandLossBehaviour behaviour, double seconds)
    {
        var spec = new MqttDriver(Robot(line), new SystemClock()).Spec;
        Assert.Equal((behaviour, seconds), (spec.OnCommandLoss, spec.WatchdogSeconds));
    }

    [Theory]
    [InlineData("password: secret", "robot.yaml:8:3: unknown key 'password'; known: host")]
    [InlineData("password_variable: NO_SUCH_VARIABLE_OF_THE_TEST\n  user: arm",
        "robot.yaml:5:3: the environment variable NO_SUCH_VARIABLE_OF_THE_TEST, which is to hold the password of the MQTT broker, is not "
        + "set; set it.")]
    [InlineData("password_file: none.txt", "robot.yaml:5:3: a password is given without a user; add the key 'user'")]
    [InlineData("status_topic: arm/#", "robot.yaml:8:17: 'status_topic' must be one topic: not empty and without + and #")]
    public void Constructor_WrongConnection_SaysWhereAndWhat(string line, string message)
    {
        var error = Assert.ThrowsAny<UserErrorException>(() => new MqttDriver(Robot(line), new SystemClock()));
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Constructor_CertificateFileIsMissing_NamesIt()
    {
        var error = Assert.ThrowsAny<UserErrorException>(
            () => new MqttDriver(Robot("tls: {ca_file: no-such-ca.pem}"), new SystemClock()));
        Assert.Contains("no-such-ca.pem cannot be used for the MQTT connection", error.Message);
    }

    private static RobotDefinition Robot(string line) => RobotDefinition.FromText(
        $$"""
        schema: 1
        name: arm
        driver: mqtt
        connection:
          host: localhost
          state_topic: arm/state
          command_topic: arm/command
          {{line}}
        joints:
          - {name: joint1, position: [-1, 1], maximum_velocity: 1, maximum_acceleration: 1}
        """,
        "robot.yaml");
}
