using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Dynamixel;
using Robotics.Drivers.Feetech;
using Robotics.Drivers.Mqtt;
using Robotics.Drivers.Rosbridge;

namespace Robotics.Drivers;

/// <summary>Creates the driver that a robot's file names.</summary>
public static class RobotDriverFactory
{
    /// <summary>Creates the driver; nothing is opened yet.</summary>
    /// <param name="robot">The robot's file.</param>
    /// <param name="clock">The run's clock.</param>
    /// <exception cref="UserErrorException">The file asks for something that its driver cannot do.</exception>
    public static RobotDriver Create(RobotDefinition robot, SystemClock clock) => robot.Options.Driver switch
    {
        DriverKind.Dynamixel => new DynamixelDriver(robot, clock),
        DriverKind.Feetech => new FeetechDriver(robot, clock),
        DriverKind.Mqtt => new MqttDriver(robot, clock),
        DriverKind.Rosbridge => new RosbridgeDriver(robot, clock),
        var kind => throw new UserErrorException($"{robot.LocationOf("driver")}: this version has no driver '{kind}'; choose another."),
    };
}
