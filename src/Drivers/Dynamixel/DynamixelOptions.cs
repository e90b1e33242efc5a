using System.ComponentModel.DataAnnotations;
using Robotics.Drivers.Serial;

namespace Robotics.Drivers.Dynamixel;

/// <summary>Connection to Dynamixel servos of the X series, protocol 2.0. Immutable; thread-safe.</summary>
public sealed record DynamixelOptions : SerialOptions
{
    /// <summary>Time without a message after which the servos stop by themselves, 0.04 to 2.54 s in 20 ms. Default: 0.1 s.</summary>
    [Range(0.04, 2.54)]
    public TimeSpan Watchdog { get; init; } = TimeSpan.FromSeconds(0.1);

    /// <summary>Oldest firmware that is accepted. Default: 38, the first with a bus watchdog in all models.</summary>
    [Range(1, 255)]
    public int MinimumFirmware { get; init; } = 38;

    /// <summary>
    /// Torque of a motor for each ampere, N·m/A, above 0 to 100. Its product with the current is an estimate of the effort. Default: none,
    /// and no effort is reported.
    /// </summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double? TorquePerAmpere { get; init; }
}
