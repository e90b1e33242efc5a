using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Spaces;
using Robotics.Drivers.Servos;

namespace Robotics.Drivers.Dynamixel;

/// <summary>Identity of a servo as read from it. Immutable.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Model">Its model.</param>
/// <param name="Firmware">Version of its firmware.</param>
/// <param name="Voltage">Supply voltage, V.</param>
/// <param name="HardwareError">Bits of its hardware error status; 0 without an error.</param>
/// <param name="HomingOffset">Steps that it adds to its encoder.</param>
public sealed record DynamixelIdentity(int Id, string Model, int Firmware, double Voltage, int HardwareError, int HomingOffset);

/// <summary>A Dynamixel servo and its joint.</summary>
internal sealed class DynamixelServo : Servo
{
    private const int MaximumUnits = 32767;

    private DynamixelServo(int index, RobotJointOptions joint, DynamixelOptions options)
        : base(
            index, joint,
            ServoScale.Create(joint, DynamixelRegisters.Steps / 2, DynamixelRegisters.RadiansPerStep, options.MetresPerRadian),
            DynamixelRegisters.RadiansPerStep, DynamixelRegisters.Steps) =>
        Model = DynamixelModel.All.First(m => m.Name == joint.Model);

    /// <summary>The servo's model.</summary>
    public DynamixelModel Model { get; }

    /// <summary>Identity as read from the servo; null before the first connection.</summary>
    public DynamixelIdentity? Identity { get; set; }

    /// <summary>True when its current is limited: grippers, in current-based position mode.</summary>
    public bool LimitsCurrent => Joint.Gripper;

    /// <summary>Operating mode: 5 limits the current on the way to a position, 3 does not.</summary>
    public int Mode => LimitsCurrent ? 5 : 3;

    /// <summary>Limit of the current in the model's units.</summary>
    public int CurrentLimit => (int)Math.Max(1, Model.MaximumCurrent * Joint.MaximumEffortFraction);

    /// <summary>Limit of the PWM in the servo's units; a gripper's current is limited instead.</summary>
    public int PwmLimit => LimitsCurrent
        ? DynamixelRegisters.FullPwm
        : (int)Math.Max(1, DynamixelRegisters.FullPwm * Joint.MaximumEffortFraction);

    /// <summary>Speed limit in the servo's units, never 0, which means no limit.</summary>
    public int SpeedLimit => (int)Math.Clamp(Joint.MaximumVelocity / (Scale.Unit * DynamixelRegisters.VelocityUnit), 1, MaximumUnits);

    /// <summary>Acceleration limit in the servo's units, never 0, which means no limit.</summary>
    public int AccelerationLimit =>
        (int)Math.Clamp(Joint.MaximumAcceleration / (Scale.Unit * DynamixelRegisters.AccelerationUnit), 1, MaximumUnits);

    /// <summary>The servos of a robot, checked against what Dynamixel servos can do.</summary>
    /// <exception cref="UserErrorException">A joint does not fit; the message names its place in the robot's file.</exception>
    public static DynamixelServo[] Create(RobotDefinition robot, DynamixelOptions options)
    {
        var servos = new DynamixelServo[robot.Joints.Count];
        for (var i = 0; i < servos.Length; i++)
        {
            if (Problem(robot.Joints[i]) is { } problem)
                throw new UserErrorException($"{robot.LocationOfJoint(i)}: {problem}");
            servos[i] = new DynamixelServo(i, robot.Joints[i], options);
            servos[i].RequireOneTurn(robot, DynamixelRegisters.Steps);
        }

        return servos;
    }

    private static string? Problem(RobotJointOptions joint)
    {
        var known = string.Join(", ", DynamixelModel.All.Select(m => m.Name));
        return joint switch
        {
            { Id: null or > DynamixelFrame.MaximumId } => $"joint '{joint.Name}' needs the id of its servo, 0 to 252: correct 'id'.",
            { Mode: not ActionMode.Position } => $"joint '{joint.Name}' must have mode position: that is what this driver commands.",
            { Model: null } => $"joint '{joint.Name}' needs the model of its servo, on which the units depend: add 'model' ({known}).",
            { Model: { } name } when DynamixelModel.All.All(m => m.Name != name) =>
                $"joint '{joint.Name}' has the unknown model '{name}'; known: {known}.",
            { Gripper: true, Model: { } name } when DynamixelModel.All.First(m => m.Name == name).MaximumCurrent == 0 =>
                $"joint '{joint.Name}' is a gripper, but a {name} cannot limit its current: use another model, or gripper: false.",
            _ => null,
        };
    }
}
