using Robotics.Core.Time;

namespace Robotics.Core.Links;

/// <summary>Joint state as last reported; filled in place. Not thread-safe; does not allocate after construction.</summary>
public sealed class RobotState(int joints)
{
    /// <summary>[joints], rad or m.</summary>
    public double[] Positions { get; } = new double[joints];

    /// <summary>[joints], rad/s or m/s.</summary>
    public double[] Velocities { get; } = new double[joints];

    /// <summary>[joints], N·m or N; NaN where the robot does not report it.</summary>
    public double[] Efforts { get; } = new double[joints];

    /// <summary>Capture time.</summary>
    public MonotonicTime CapturedAt { get; set; }

    /// <summary>Arrival time.</summary>
    public MonotonicTime ReceivedAt { get; set; }

    /// <summary>Counts the robot's reports from 0.</summary>
    public long Sequence { get; set; }

    /// <summary>Copies everything from another state of the same robot.</summary>
    public void CopyFrom(RobotState other)
    {
        other.Positions.CopyTo(Positions, 0);
        other.Velocities.CopyTo(Velocities, 0);
        other.Efforts.CopyTo(Efforts, 0);
        CapturedAt = other.CapturedAt;
        ReceivedAt = other.ReceivedAt;
        Sequence = other.Sequence;
    }
}
