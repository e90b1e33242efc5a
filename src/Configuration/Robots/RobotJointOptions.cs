using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Configuration.Robots;

/// <summary>
/// A joint of a robot's file. The driver's reading and the joint's position are related by
/// position = sign · (reading − zero) · unit, where the unit is the driver's (rad per encoder step of the motor's model, or 1 where
/// the device reports rad or m). Immutable; thread-safe.
/// </summary>
public sealed record RobotJointOptions : IValidatable
{
    /// <summary>The joint's name in the MJCF, in tasks and in recordings.</summary>
    public required string Name { get; init; }

    /// <summary>Name on the device, for ROS and MQTT. Default: the joint's name.</summary>
    public string? DeviceName { get; init; }

    /// <summary>Motor id on a serial bus, 0 to 253.</summary>
    [Range(0, 253)]
    public int? Id { get; init; }

    /// <summary>Motor model, for instance sts3215 or xl330-m288; null where the device is none of ours to know.</summary>
    public string? Model { get; init; }

    /// <summary>Hinge (rad) or slide (m). Default: hinge.</summary>
    public JointKind Kind { get; init; } = JointKind.Hinge;

    /// <summary>Commanded quantity. Default: position.</summary>
    public ActionMode Mode { get; init; } = ActionMode.Position;

    /// <summary>1, or −1 when the device counts the other way round than the MJCF. Default: 1.</summary>
    public int Sign { get; init; } = 1;

    /// <summary>Device reading at joint position 0, in the device's unit (encoder steps, rad or m). Default: the driver's.</summary>
    public double? Zero { get; init; }

    /// <summary>Lower and upper position limit, rad or m.</summary>
    public required double[] Position { get; init; }

    /// <summary>Maximum speed, rad/s or m/s, above 0.</summary>
    [Range(0, 1000, MinimumIsExclusive = true)]
    public required double MaximumVelocity { get; init; }

    /// <summary>Maximum acceleration, rad/s² or m/s², above 0.</summary>
    [Range(0, 100_000, MinimumIsExclusive = true)]
    public required double MaximumAcceleration { get; init; }

    /// <summary>Maximum torque or force as a fraction of the motor's maximum, above 0 to 1; limited in the device. Default: 1.</summary>
    [Range(0, 1, MinimumIsExclusive = true)]
    public double MaximumEffortFraction { get; init; } = 1;

    /// <summary>Maximum difference of command and measured position, rad or m; above it the robot stops. Default: 0.5.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double MaximumTrackingError { get; init; } = 0.5;

    /// <summary>Motor temperature at which the speed is halved, °C; 5 °C above it the robot holds. Default: 60.</summary>
    [Range(20, 120)]
    public double MaximumTemperature { get; init; } = 60;

    /// <summary>True for a gripper: it backs off after a second of stall. Default: false.</summary>
    public bool Gripper { get; init; }

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        if (Sign is not (1 or -1))
            throw new ArgumentOutOfRangeException(nameof(Sign), $"must be 1 or -1, not {Sign}");
        if (Position is not [var low, var high] || !(low < high) || !double.IsFinite(low) || !double.IsFinite(high))
            throw new ArgumentOutOfRangeException(nameof(Position), "must be two finite numbers [low, high] with low < high");
    }
}
