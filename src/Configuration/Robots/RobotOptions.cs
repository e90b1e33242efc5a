using System.ComponentModel.DataAnnotations;
using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;

namespace Robotics.Configuration.Robots;

/// <summary>Kind of driver.</summary>
public enum DriverKind
{
    /// <summary>Feetech STS or SCS servos on a serial bus (SO-100, SO-101).</summary>
    Feetech,

    /// <summary>Dynamixel servos, protocol 2.0, on a serial bus.</summary>
    Dynamixel,

    /// <summary>Universal Robots by RTDE and a script on the controller.</summary>
    Rtde,

    /// <summary>A robot behind ROS 1 or ROS 2 by rosbridge.</summary>
    Rosbridge,

    /// <summary>A robot behind an MQTT broker.</summary>
    Mqtt,
}

/// <summary>A robot's file, <c>config/robots/NAME.yaml</c>. Immutable; thread-safe.</summary>
public sealed record RobotOptions : IValidatable
{
    /// <summary>Version of this format: 1.</summary>
    [Range(1, 1)]
    public required int Schema { get; init; }

    /// <summary>The robot's name.</summary>
    public required string Name { get; init; }

    /// <summary>Kind of driver.</summary>
    public required DriverKind Driver { get; init; }

    /// <summary>Address and options of the driver; its keys depend on the driver.</summary>
    public YamlMapping? Connection { get; init; }

    /// <summary>MJCF of the robot's model, relative to this file; its joints bear the names of <see cref="Joints"/>.</summary>
    public string? Mjcf { get; init; }

    /// <summary>State readings and commands per second, 1 to 5000. Default: 100.</summary>
    [Range(1, 5000)]
    public double RateHz { get; init; } = 100;

    /// <summary>Joints, in state and command order.</summary>
    public required RobotJointOptions[] Joints { get; init; }

    /// <summary>Calibration file, relative to this file; its zeros, signs and ranges replace those of the joints.</summary>
    public string? Calibration { get; init; }

    /// <summary>Home position by joint, rad or m. Default: zero for every joint.</summary>
    public YamlMapping? Home { get; init; }

    /// <summary>
    /// True to allow a robot whose device keeps its last command when commands stop, above the speed that is otherwise the maximum.
    /// Default: false.
    /// </summary>
    public bool AcceptNoWatchdog { get; init; }

    /// <summary>Maximum joint speed of a device without a watchdog, rad/s or m/s, above 0. Default: 2.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double UnwatchedMaximumVelocity { get; init; } = 2;

    /// <summary>Cameras of the robot.</summary>
    public RobotCameraOptions[] Cameras { get; init; } = [];

    /// <inheritdoc/>
    public void Validate()
    {
        if (Joints.Length == 0)
            throw new UserErrorException("a robot needs at least one joint; name them under 'joints'");
        if (Joints.GroupBy(j => j.Name).FirstOrDefault(g => g.Count() > 1) is { } name)
            throw new UserErrorException($"joint '{name.Key}' is named twice; each joint needs a name of its own");
        if (Joints.Where(j => j.Id is not null).GroupBy(j => j.Id).FirstOrDefault(g => g.Count() > 1) is { } id)
            throw new UserErrorException(
                $"joints {string.Join(" and ", id.Select(j => $"'{j.Name}'"))} have the same id {id.Key}; each motor needs an id of its "
                + "own");
        if (Cameras.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } camera)
            throw new UserErrorException($"camera '{camera.Key}' is named twice; each camera needs a name of its own");
    }
}
