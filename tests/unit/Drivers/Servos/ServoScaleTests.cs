using Robotics.Configuration.Robots;
using Robotics.Core.Terms;
using Robotics.Drivers.Servos;

namespace Robotics.Tests.Unit.Drivers.Servos;

public class ServoScaleTests
{
    [Fact]
    public void ToPosition_MirroredSlide_CountsFromItsZero()
    {
        var joint = new RobotJointOptions
        {
            Name = "finger",
            Kind = JointKind.Slide,
            Sign = -1,
            Zero = 1000,
            Position = [0, 0.04],
            MaximumVelocity = 1,
            MaximumAcceleration = 1,
        };
        var scale = ServoScale.Create(joint, 2048, 0.001, 0.01);
        Assert.Equal(0.005, scale.ToPosition(500), 12);
        Assert.Equal(500, scale.ToSteps(0.005));
        Assert.Equal(-0.001, scale.ToVelocity(100), 12);
        Assert.Equal(-50, scale.ToEffort(0.5), 9);
    }
}
