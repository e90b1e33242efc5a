using Robotics.Configuration.Robots;
using Robotics.Core.Terms;

namespace Robotics.Drivers.Servos;

/// <summary>
/// Relation of a servo's steps and a joint's position: position = sign · (steps − zero) · unit. Immutable; safe on the tick path.
/// </summary>
/// <param name="Zero">Steps at joint position 0.</param>
/// <param name="Sign">1, or −1 when the servo counts the other way round.</param>
/// <param name="Unit">Joint motion of one step, rad or m.</param>
/// <param name="TravelPerRadian">Joint motion of a radian of the motor: 1 for a hinge, m/rad for a slide.</param>
internal readonly record struct ServoScale(double Zero, int Sign, double Unit, double TravelPerRadian)
{
    /// <summary>The scale of a joint.</summary>
    /// <param name="joint">The joint.</param>
    /// <param name="defaultZero">Zero of a joint that names none, steps.</param>
    /// <param name="radiansPerStep">Angle of one step of the motor, rad.</param>
    /// <param name="metresPerRadian">Travel of a sliding joint for each radian of its motor, m/rad.</param>
    public static ServoScale Create(RobotJointOptions joint, double defaultZero, double radiansPerStep, double metresPerRadian)
    {
        var travel = joint.Kind == JointKind.Slide ? metresPerRadian : 1;
        return new ServoScale(joint.Zero ?? defaultZero, joint.Sign, radiansPerStep * travel, travel);
    }

    /// <summary>Joint position, rad or m.</summary>
    public double ToPosition(double steps) => Sign * (steps - Zero) * Unit;

    /// <summary>Nearest step of a joint position.</summary>
    public int ToSteps(double position) => (int)Math.Round((Sign * position / Unit) + Zero);

    /// <summary>Joint velocity of a speed in steps per second, rad/s or m/s.</summary>
    public double ToVelocity(double stepsPerSecond) => Sign * stepsPerSecond * Unit;

    /// <summary>Torque or force at the joint of a motor's torque, N·m or N.</summary>
    public double ToEffort(double motorTorque) => Sign * motorTorque / TravelPerRadian;
}
