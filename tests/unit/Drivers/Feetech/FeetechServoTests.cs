using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Feetech;

namespace Robotics.Tests.Unit.Drivers.Feetech;

public class FeetechServoTests
{
    private const string Good = "{name: a, id: 1, model: sts3215, position: [-1, 1], maximum_velocity: 2, maximum_acceleration: 10}";

    [Theory]
    [InlineData("{name: a, position: [-1, 1], maximum_velocity: 2, maximum_acceleration: 10}", "", "needs the id")]
    [InlineData("{name: a, id: 1, mode: velocity, position: [-1, 1], maximum_velocity: 2, maximum_acceleration: 10}", "", "mode position")]
    [InlineData("{name: a, id: 1, model: sts9, position: [-1, 1], maximum_velocity: 2, maximum_acceleration: 10}", "", "model 'sts9'")]
    [InlineData("{name: a, id: 1, model: scs0009, position: [-1, 1], maximum_velocity: 2, maximum_acceleration: 10}", "", "family")]
    [InlineData("{name: a, id: 1, position: [-1, 1], maximum_velocity: 2.5, maximum_acceleration: 10}", "", "accept_no_watchdog")]
    [InlineData("{name: a, id: 1, zero: 100, position: [-1, 1], maximum_velocity: 2, maximum_acceleration: 10}", "", "encoder wraps")]
    public void Create_JointThatDoesNotFit_NamesItsPlaceAndTheRemedy(string joint, string keys, string expected)
    {
        var error = Assert.Throws<UserErrorException>(() => new FeetechDriver(Robot(joint, keys), new SystemClock()));
        Assert.StartsWith("robot.yaml:6:5: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_FastJointWithConsent_IsAccepted()
    {
        var joint = Good.Replace("maximum_velocity: 2", "maximum_velocity: 4", StringComparison.Ordinal);
        var driver = new FeetechDriver(Robot(joint, "accept_no_watchdog: true"), new SystemClock());
        Assert.Equal(CommandLossBehaviour.KeepsLastCommand, driver.Spec.OnCommandLoss);
        Assert.Equal(double.PositiveInfinity, driver.Spec.WatchdogSeconds);
    }

    [Fact]
    public void Create_MirroredJoint_OrdersItsLimitsInSteps()
    {
        var servo = Servo(Good.Replace("id: 1", "id: 1, sign: -1, zero: 1500", StringComparison.Ordinal));
        Assert.Equal((1500 - 652, 1500 + 652), (servo.LowLimit, servo.HighLimit));
        Assert.True(servo.DeviceLow < servo.LowLimit && servo.DeviceHigh > servo.HighLimit);
        Assert.Equal(0.5, servo.Scale.ToPosition(servo.Scale.ToSteps(0.5)), 3);
        Assert.True(servo.Scale.ToSteps(0.5) < 1500);
    }

    [Fact]
    public void SpeedLimit_PhaseOfTheServo_ChangesItsUnit()
    {
        var servo = Servo(Good);
        Identify(servo, phase: 12);
        Assert.Equal(1303, servo.SpeedLimit);
        Identify(servo, phase: 8);
        Assert.Equal(26, servo.SpeedLimit);
        Assert.Equal(65, servo.AccelerationLimit);
    }

    [Fact]
    public void SpeedLimit_SlowestJoint_IsNever0()
    {
        var servo = Servo("{name: a, id: 1, position: [-1, 1], maximum_velocity: 0.001, maximum_acceleration: 0.001}");
        Identify(servo, phase: 0);
        Assert.Equal((1, 1), (servo.SpeedLimit, servo.AccelerationLimit));
    }

    private static void Identify(FeetechServo servo, int phase) =>
        servo.Identify(new FeetechIdentity(1, "sts3215", new Version(3, 10), 7.4, 1, phase, 0), FeetechErrors.Overload);

    private static FeetechServo Servo(string joint)
    {
        var robot = Robot(joint, "");
        return FeetechServo.Create(robot, robot.Connection<FeetechOptions>())[0];
    }

    private static RobotDefinition Robot(string joint, string keys) => RobotDefinition.FromText(
        $"schema: 1\nname: test\ndriver: feetech\nconnection: {{port: /dev/null}}\njoints:\n  - {joint}\n{keys}\n", "robot.yaml");
}
