using Robotics.Configuration.Robots;
using Robotics.Core.Time;
using Robotics.Drivers;
using Robotics.Testing.Emulation;

namespace Robotics.Tests.Sim.Drivers;

public class RobotDriverFactoryTests
{
    [Theory]
    [InlineData("so101")]
    [InlineData("arm7-feetech")]
    [InlineData("dynamixel-pair")]
    public async Task Create_ShippedRobot_FitsItsTwin(string name)
    {
        var clock = new SystemClock();
        var models = Path.GetDirectoryName(TestModels.Shipped("so101.xml"))!;
        var robot = RobotDefinition.Load(Path.Combine(models, "..", "robots", $"{name}.yaml"));
        await using var driver = RobotDriverFactory.Create(robot, clock);
        using var arm = new EmulatedArm(robot.MjcfPath!, [.. driver.Spec.Joints.Select(j => j.Name)], clock);
        Assert.False(robot.Options.AcceptNoWatchdog);
        for (var i = 0; i < arm.Count; i++)
        {
            Assert.Equal(robot.Home[i], arm.Read(i).Position, 0.01);
            Assert.InRange(robot.Home[i], driver.Spec.Joints[i].Low, driver.Spec.Joints[i].High);
        }
    }
}
