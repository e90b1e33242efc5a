using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Time;

namespace Robotics.Hil.Emulation;

/// <summary>Starts the emulator of a robot's file.</summary>
internal static class HilTargets
{
    /// <summary>Starts it.</summary>
    /// <param name="definition">The robot's file.</param>
    /// <param name="key">Key of the emulator's faults.</param>
    /// <param name="clock">The run's clock.</param>
    /// <exception cref="UserErrorException">There is no emulator for the driver, or the file names no MJCF.</exception>
    public static async Task<HilTarget> StartAsync(RobotDefinition definition, RandomKey key, SystemClock clock)
    {
        if (definition.MjcfPath is null)
            throw new UserErrorException(
                $"{definition.LocationOf("mjcf")}: the emulator needs the robot's model; name its MJCF with the key 'mjcf'");
        return definition.Options.Driver switch
        {
            DriverKind.Feetech or DriverKind.Dynamixel => new SerialTarget(definition, key, clock),
            DriverKind.Rosbridge => new RosbridgeTarget(definition, key, clock),
            DriverKind.Mqtt => await MqttTarget.StartAsync(definition, key, clock),
            _ => throw new UserErrorException(
                $"{definition.LocationOf("driver")}: there is no emulator for the driver '{definition.Options.Driver}'; test on the robot"),
        };
    }
}
