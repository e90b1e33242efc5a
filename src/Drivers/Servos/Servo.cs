using Robotics.Configuration.Robots;
using Robotics.Core.Errors;

namespace Robotics.Drivers.Servos;

/// <summary>A servo on a bus and its joint.</summary>
internal abstract class Servo
{
    private const double LimitMargin = 0.05;

    /// <summary>Creates the servo of a joint.</summary>
    /// <param name="index">Index of the joint.</param>
    /// <param name="joint">The joint; it has an id.</param>
    /// <param name="scale">Relation of steps and position.</param>
    /// <param name="radiansPerStep">Angle of one step of the motor, rad.</param>
    /// <param name="steps">Number of positions within one turn or range.</param>
    protected Servo(int index, RobotJointOptions joint, ServoScale scale, double radiansPerStep, int steps)
    {
        (Index, Joint, Id, Scale) = (index, joint, (byte)joint.Id!.Value, scale);
        var (a, b) = (Scale.ToSteps(joint.Position[0]), Scale.ToSteps(joint.Position[1]));
        (LowLimit, HighLimit) = (Math.Min(a, b), Math.Max(a, b));
        var margin = (int)(LimitMargin / radiansPerStep);
        (DeviceLow, DeviceHigh) = (Math.Max(0, LowLimit - margin), Math.Min(steps - 1, HighLimit + margin));
    }

    /// <summary>Index of the joint.</summary>
    public int Index { get; }

    /// <summary>The joint.</summary>
    public RobotJointOptions Joint { get; }

    /// <summary>The servo's id.</summary>
    public byte Id { get; }

    /// <summary>Relation of steps and position.</summary>
    public ServoScale Scale { get; }

    /// <summary>Lower joint limit, steps.</summary>
    public int LowLimit { get; }

    /// <summary>Upper joint limit, steps.</summary>
    public int HighLimit { get; }

    /// <summary>Lower limit in the device: a little beyond the joint's, so that a joint at its limit stays when torque comes on.</summary>
    public int DeviceLow { get; }

    /// <summary>Upper limit in the device, steps.</summary>
    public int DeviceHigh { get; }

    /// <summary>The servo in messages.</summary>
    public string Name => $"servo {Id} (joint '{Joint.Name}')";

    /// <summary>Refuses limits beyond the range of the servo's encoder.</summary>
    /// <param name="robot">The robot's file.</param>
    /// <param name="steps">Number of positions within the range.</param>
    /// <exception cref="UserErrorException">They are beyond it; the message names the joint's place.</exception>
    protected void RequireOneTurn(RobotDefinition robot, int steps)
    {
        if (LowLimit < 0 || HighLimit >= steps)
            throw new UserErrorException(
                $"{robot.LocationOfJoint(Index)}: the limits of joint '{Joint.Name}' are steps {LowLimit} to {HighLimit} of its servo, "
                + $"beyond 0 to {steps - 1} where its encoder wraps: correct 'zero' or 'position', or calibrate again.");
    }

    /// <summary>Refuses a position from which the servo would jump to its own limit when torque comes on.</summary>
    /// <param name="position">Present position, steps.</param>
    /// <exception cref="UserErrorException">It is beyond the limits.</exception>
    public void RequireInside(int position)
    {
        if (position < DeviceLow || position > DeviceHigh)
            throw new UserErrorException(
                $"joint '{Joint.Name}' stands at {Scale.ToPosition(position):F2}, beyond its limits {Joint.Position[0]:F2} "
                + $"to {Joint.Position[1]:F2}, and would jump when torque comes on: move it inside by hand, or calibrate.");
    }
}
