using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Drivers.Serial;

/// <summary>Echo of sent bytes, as on adapters that join both directions on one wire.</summary>
public enum SerialEcho
{
    /// <summary>Found out at connecting, by a message that no device answers.</summary>
    Auto,

    /// <summary>It comes back.</summary>
    On,

    /// <summary>It does not come back.</summary>
    Off,
}

/// <summary>Connection to servos on a serial bus. Immutable; thread-safe.</summary>
public abstract record SerialOptions : IValidatable
{
    /// <summary>Device file, for instance /dev/ttyACM0, or better a link below /dev/serial/by-id.</summary>
    public required string Port { get; init; }

    /// <summary>Bits per second, 1200 to 10,000,000. Default: 1,000,000.</summary>
    [Range(1200, 10_000_000)]
    public int BaudRate { get; init; } = 1_000_000;

    /// <summary>Echo of sent bytes. Default: auto.</summary>
    public SerialEcho Echo { get; init; } = SerialEcho.Auto;

    /// <summary>
    /// Time that a reply may take beyond the bytes' own time on the wire, 0.5 to 200 ms: the adapter's latency and the servo's.
    /// Default: 4 ms.
    /// </summary>
    [Range(0.0005, 0.2)]
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromMilliseconds(4);

    /// <summary>Time without a complete state after which the connection counts as broken, 0.05 to 10 s. Default: 0.5 s.</summary>
    [Range(0.05, 10)]
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Travel of a sliding joint for each radian of its motor, m/rad, above 0 to 1. Default: 0.01.</summary>
    [Range(0, 1, MinimumIsExclusive = true)]
    public double MetresPerRadian { get; init; } = 0.01;

    /// <inheritdoc/>
    public virtual void Validate() => OptionRange.Check(this);
}
