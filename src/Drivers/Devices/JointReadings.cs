using Robotics.Configuration.Robots;

namespace Robotics.Drivers.Devices;

/// <summary>
/// Converts between the readings of a device that reports rad or m and the joints of the robot's file: position = sign · (reading −
/// zero). Immutable; thread-safe; does not allocate after construction.
/// </summary>
internal sealed class JointReadings
{
    private readonly double[] _signs;
    private readonly double[] _zeros;
    private readonly bool[] _isPosition;

    /// <summary>Takes signs, zeros and modes from a robot's joints.</summary>
    public JointReadings(IReadOnlyList<RobotJointOptions> joints)
    {
        _signs = [.. joints.Select(j => (double)j.Sign)];
        _zeros = [.. joints.Select(j => j.Zero ?? 0)];
        _isPosition = [.. joints.Select(j => j.Mode == Core.Spaces.ActionMode.Position)];
    }

    /// <summary>Position of a joint, rad or m.</summary>
    public double ToPosition(int joint, double reading) => _signs[joint] * (reading - _zeros[joint]);

    /// <summary>Velocity or effort of a joint.</summary>
    public double ToRate(int joint, double reading) => _signs[joint] * reading;

    /// <summary>Command as the device takes it.</summary>
    /// <param name="joint">Index of the joint, which is also its channel's.</param>
    /// <param name="command">Command, SI.</param>
    public double ToReading(int joint, double command) => (_signs[joint] * command) + (_isPosition[joint] ? _zeros[joint] : 0);
}
