using Robotics.Configuration.Robots;
using Robotics.Drivers.Feetech;
using Robotics.Drivers.Servos;

namespace Robotics.Tests.Unit.Drivers.Servos;

public class PositionPlausibilityTests
{
    [Fact]
    public void Accept_SwappedBytes_AreAskedForAgain()
    {
        var plausibility = new PositionPlausibility(Servos(), 0, 4095, TimeSpan.FromMilliseconds(10));
        Assert.True(plausibility.Accept(0, 0x0701));
        Assert.False(plausibility.Accept(0, 0x0107));
        Assert.True(plausibility.Accept(0, 0x0703));
        Assert.False(plausibility.Accept(0, 0x0107));
        Assert.True(plausibility.Accept(0, 0x0109));
    }

    [Fact]
    public void Accept_BeyondTheRange_IsRefusedAlways()
    {
        var plausibility = new PositionPlausibility(Servos(), 0, 4095, TimeSpan.FromMilliseconds(10));
        Assert.False(plausibility.Accept(0, 4096));
        Assert.False(plausibility.Accept(0, 4096));
        Assert.False(plausibility.Accept(0, -3));
    }

    private static FeetechServo[] Servos()
    {
        var robot = RobotDefinition.FromText(
            "schema: 1\nname: test\ndriver: feetech\nconnection: {port: /dev/null}\njoints:\n"
            + "  - {name: a, id: 1, position: [-1, 1], maximum_velocity: 2, maximum_acceleration: 10}\n",
            "robot.yaml");
        return FeetechServo.Create(robot, robot.Connection<FeetechOptions>());
    }
}
