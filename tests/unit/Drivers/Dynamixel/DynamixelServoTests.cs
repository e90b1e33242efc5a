using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Dynamixel;

namespace Robotics.Tests.Unit.Drivers.Dynamixel;

public class DynamixelServoTests
{
    private const string Rest = "position: [-1, 1], maximum_velocity: 2, maximum_acceleration: 10";

    [Theory]
    [InlineData("{name: a, model: xl330-m288, " + Rest + "}", "needs the id")]
    [InlineData("{name: a, id: 253, model: xl330-m288, " + Rest + "}", "0 to 252")]
    [InlineData("{name: a, id: 1, " + Rest + "}", "needs the model")]
    [InlineData("{name: a, id: 1, model: xl320, " + Rest + "}", "unknown model 'xl320'")]
    [InlineData("{name: a, id: 1, model: xl330-m288, mode: velocity, " + Rest + "}", "mode position")]
    [InlineData("{name: a, id: 1, model: xl430-w250, gripper: true, " + Rest + "}", "cannot limit its current")]
    [InlineData("{name: a, id: 1, model: xl330-m288, zero: 100, " + Rest + "}", "encoder wraps")]
    public void Create_JointThatDoesNotFit_NamesItsPlaceAndTheRemedy(string joint, string expected)
    {
        var error = Assert.Throws<UserErrorException>(() => new DynamixelDriver(Robot(joint), new SystemClock()));
        Assert.StartsWith("robot.yaml:7:5: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_RateBelowTheWatchdog_IsRefused()
    {
        var error = Assert.Throws<UserErrorException>(
            () => new DynamixelDriver(Robot("{name: a, id: 1, model: xl330-m288, " + Rest + "}", rate: 10), new SystemClock()));
        Assert.Contains("robot.yaml:4:10: at 10 Hz the servos' watchdogs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spec_WatchedServos_StopWithoutCommands()
    {
        var driver = new DynamixelDriver(Robot("{name: a, id: 1, model: xl330-m288, " + Rest + "}"), new SystemClock());
        Assert.Equal((CommandLossBehaviour.Stops, 0.1), (driver.Spec.OnCommandLoss, driver.Spec.WatchdogSeconds));
    }

    [Fact]
    public void Limits_GripperAndHinge_AreInTheServosUnits()
    {
        var hinge = Servo("{name: a, id: 1, model: xl330-m288, maximum_effort_fraction: 0.5, " + Rest + "}");
        Assert.Equal((3, 83, 26, 442), (hinge.Mode, hinge.SpeedLimit, hinge.AccelerationLimit, hinge.PwmLimit));
        var gripper = Servo("{name: a, id: 1, model: xl330-m288, maximum_effort_fraction: 0.5, gripper: true, " + Rest + "}");
        Assert.Equal((5, 885, 875), (gripper.Mode, gripper.PwmLimit, gripper.CurrentLimit));
    }

    [Theory]
    [InlineData(0x20, "overload")]
    [InlineData(0x05, "input voltage, overheating")]
    public void Describe_HardwareErrorBits_NamesThem(int bits, string expected) => Assert.Equal(expected, DynamixelErrors.Describe(bits));

    private static DynamixelServo Servo(string joint)
    {
        var robot = Robot(joint);
        return DynamixelServo.Create(robot, robot.Connection<DynamixelOptions>())[0];
    }

    private static RobotDefinition Robot(string joint, int rate = 100) => RobotDefinition.FromText(
        $"schema: 1\nname: test\ndriver: dynamixel\nrate_hz: {rate}\nconnection: {{port: /dev/null}}\njoints:\n  - {joint}\n",
        "robot.yaml");
}
