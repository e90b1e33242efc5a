using System.ComponentModel.DataAnnotations;
using Robotics.Drivers.Serial;

namespace Robotics.Drivers.Feetech;

/// <summary>Family of Feetech servos, which differ in control table, resolution and byte order.</summary>
public enum FeetechFamily
{
    /// <summary>Magnetic encoder, 4096 steps a turn, little-endian: STS and SMS.</summary>
    Sts,

    /// <summary>Potentiometer, 1023 steps in 300°, big-endian: SCS.</summary>
    Scs,
}

/// <summary>Connection to Feetech servos. Immutable; thread-safe.</summary>
public sealed record FeetechOptions : SerialOptions
{
    /// <summary>Family of the servos. Default: sts.</summary>
    public FeetechFamily Family { get; init; } = FeetechFamily.Sts;

    /// <summary>Oldest firmware that is accepted, as major.minor. Default: 3.0.</summary>
    public string MinimumFirmware { get; init; } = "3.0";

    /// <summary>
    /// Torque of a motor standing still at full voltage, N·m, 0 to 100. Its product with the duty, which the servos report as their load,
    /// is an estimate of the effort. Default: none, and no effort is reported.
    /// </summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double? StallTorque { get; init; }

    /// <summary>
    /// Overload protection of a gripper: fraction of its maximum torque that counts as overload, above 0 to 1. Default: 0.25.
    /// </summary>
    [Range(0, 1, MinimumIsExclusive = true)]
    public double GripperOverload { get; init; } = 0.25;

    /// <summary>Current at which a gripper's motor protects itself, A, above 0 to 5. Default: 1.6.</summary>
    [Range(0, 5, MinimumIsExclusive = true)]
    public double GripperCurrent { get; init; } = 1.6;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (!Version.TryParse(MinimumFirmware, out _))
            throw new ArgumentOutOfRangeException(nameof(MinimumFirmware), $"must be a version such as 3.10, not {MinimumFirmware}");
    }
}
