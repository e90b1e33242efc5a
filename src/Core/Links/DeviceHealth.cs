using Robotics.Core.Time;

namespace Robotics.Core.Links;

/// <summary>Condition of a robot's motors as last polled; filled in place. Not thread-safe; does not allocate after construction.</summary>
public sealed class DeviceHealth(int joints)
{
    /// <summary>[joints], motor temperature, °C; NaN where the robot does not report it.</summary>
    public double[] Temperatures { get; } = Unknown(joints);

    /// <summary>[joints], supply voltage, V; NaN where the robot does not report it.</summary>
    public double[] Voltages { get; } = Unknown(joints);

    /// <summary>[joints], motor current, A; NaN where the robot does not report it.</summary>
    public double[] Currents { get; } = Unknown(joints);

    /// <summary>[joints], the device's own error bits; 0 without an error.</summary>
    public int[] ErrorBits { get; } = new int[joints];

    /// <summary>True when the device's own emergency stop is pressed.</summary>
    public bool IsEmergencyStopped { get; set; }

    /// <summary>True when the device has stopped itself and needs its operator: a protective stop, an overload, a servo error.</summary>
    public bool IsFaulted { get; set; }

    /// <summary>Time of the last poll.</summary>
    public MonotonicTime At { get; set; }

    /// <summary>Copies everything from another record of the same robot.</summary>
    public void CopyFrom(DeviceHealth other)
    {
        other.Temperatures.CopyTo(Temperatures, 0);
        other.Voltages.CopyTo(Voltages, 0);
        other.Currents.CopyTo(Currents, 0);
        other.ErrorBits.CopyTo(ErrorBits, 0);
        (IsEmergencyStopped, IsFaulted, At) = (other.IsEmergencyStopped, other.IsFaulted, other.At);
    }

    private static double[] Unknown(int joints)
    {
        var values = new double[joints];
        Array.Fill(values, double.NaN);
        return values;
    }
}
