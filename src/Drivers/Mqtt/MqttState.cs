namespace Robotics.Drivers.Mqtt;

/// <summary>A state as the device published it; filled in place. Not thread-safe.</summary>
/// <param name="joints">Number of joints.</param>
internal sealed class MqttState(int joints)
{
    /// <summary>Counts the device's states; wraps.</summary>
    public uint Sequence { get; set; }

    /// <summary>The device's clock at the capture, ns since an origin of its own.</summary>
    public long StampNanoseconds { get; set; }

    /// <summary>True when the motors have torque.</summary>
    public bool IsEnabled { get; set; }

    /// <summary>True when the device's own emergency stop is pressed.</summary>
    public bool IsEmergencyStopped { get; set; }

    /// <summary>True when the device stopped itself for a fault.</summary>
    public bool IsFaulted { get; set; }

    /// <summary>[joints], readings, rad or m.</summary>
    public double[] Positions { get; } = new double[joints];

    /// <summary>[joints], rad/s or m/s; NaN where the device does not report it.</summary>
    public double[] Velocities { get; } = new double[joints];

    /// <summary>[joints], N·m or N; NaN where the device does not report it.</summary>
    public double[] Efforts { get; } = new double[joints];

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        (Sequence, StampNanoseconds, IsEnabled, IsEmergencyStopped, IsFaulted) = (0, 0, false, false, false);
        Array.Fill(Positions, double.NaN);
        Array.Fill(Velocities, double.NaN);
        Array.Fill(Efforts, double.NaN);
    }
}

/// <summary>Purpose of a command message.</summary>
internal enum MqttCommandKind
{
    /// <summary>Follow the values.</summary>
    Move = 0,

    /// <summary>Come to rest and hold.</summary>
    Stop = 1,

    /// <summary>Set the goal to the present position, then switch torque on.</summary>
    Enable = 2,

    /// <summary>Switch torque off.</summary>
    Release = 3,
}

/// <summary>Header of a command message. Immutable.</summary>
/// <param name="Kind">Purpose.</param>
/// <param name="Sequence">Counts the controller's commands from 1; wraps.</param>
/// <param name="StampNanoseconds">The controller's UTC clock, ns since 1970.</param>
/// <param name="ValidMilliseconds">Time after the stamp in which the command may be carried out, ms.</param>
internal readonly record struct MqttCommandHeader(MqttCommandKind Kind, uint Sequence, long StampNanoseconds, int ValidMilliseconds);
