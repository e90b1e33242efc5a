using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;

namespace Robotics.Configuration.Robots;

/// <summary>Calibration of one joint. Immutable.</summary>
public sealed record JointCalibration : IValidatable
{
    /// <summary>The joint's name in the robot's file.</summary>
    public required string Name { get; init; }

    /// <summary>Device reading at joint position 0, in the device's unit.</summary>
    public required double Zero { get; init; }

    /// <summary>1, or −1 when the device counts the other way round than the MJCF.</summary>
    public required int Sign { get; init; }

    /// <summary>Lower and upper end of the range that was swept, rad or m; it narrows the position limits.</summary>
    public double[]? Range { get; init; }

    /// <inheritdoc/>
    public void Validate()
    {
        if (Sign is not (1 or -1))
            throw new ArgumentOutOfRangeException(nameof(Sign), $"must be 1 or -1, not {Sign}");
        if (Range is not (null or [_, _]) || (Range is [var low, var high] && !(low < high)))
            throw new ArgumentOutOfRangeException(nameof(Range), "must be two numbers [low, high] with low < high");
    }
}

/// <summary>A calibration file. Immutable; thread-safe.</summary>
public sealed record RobotCalibration : IValidatable
{
    /// <summary>Version of this format: 1.</summary>
    public required int Schema { get; init; }

    /// <summary>Name of the robot that was calibrated.</summary>
    public required string Robot { get; init; }

    /// <summary>Serial number or bus path of the device.</summary>
    public string Serial { get; init; } = "";

    /// <summary>Date of the calibration, ISO 8601.</summary>
    public required string Date { get; init; }

    /// <summary>Joints.</summary>
    public required JointCalibration[] Joints { get; init; }

    /// <summary>Reads a calibration file.</summary>
    /// <exception cref="UserErrorException">Something in it is wrong: one line for each error.</exception>
    public static RobotCalibration Load(string path) => OptionsBinder.BindSection<RobotCalibration>(YamlReader.ReadFile(path));

    /// <summary>Joints with this calibration's zeros, signs and ranges.</summary>
    /// <exception cref="UserErrorException">The calibration is of other joints.</exception>
    public RobotJointOptions[] Apply(IReadOnlyList<RobotJointOptions> joints)
    {
        if (Joints.FirstOrDefault(c => joints.All(j => j.Name != c.Name)) is { } unknown)
            throw new UserErrorException(
                $"the calibration of {Date} names a joint '{unknown.Name}' that the robot lacks; calibrate again with ./robot calibrate");
        return [.. joints.Select(j => Joints.FirstOrDefault(c => c.Name == j.Name) is { } c ? Apply(j, c) : j)];
    }

    /// <inheritdoc/>
    public void Validate()
    {
        if (Schema != 1)
            throw new ArgumentOutOfRangeException(nameof(Schema), $"must be 1 in this version, not {Schema}");
    }

    private static RobotJointOptions Apply(RobotJointOptions joint, JointCalibration calibration) => joint with
    {
        Zero = calibration.Zero,
        Sign = calibration.Sign,
        Position = calibration.Range is [var low, var high] && Math.Max(low, joint.Position[0]) < Math.Min(high, joint.Position[1])
            ? [Math.Max(low, joint.Position[0]), Math.Min(high, joint.Position[1])]
            : joint.Position,
    };
}
