using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Spaces;
using Robotics.Drivers.Servos;

namespace Robotics.Drivers.Feetech;

/// <summary>Identity of a servo as read from it. Immutable.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Model">Its model.</param>
/// <param name="Firmware">Version of its firmware.</param>
/// <param name="Voltage">Supply voltage, V.</param>
/// <param name="StatusLevel">1 when it confirms writes.</param>
/// <param name="Phase">Register 18: direction, unit of speed, meaning of speed 0, turns beyond one.</param>
/// <param name="HomingOffset">Steps that it subtracts from its encoder.</param>
public sealed record FeetechIdentity(int Id, string Model, Version Firmware, double Voltage, int StatusLevel, int Phase, int HomingOffset);

/// <summary>A servo and its joint.</summary>
internal sealed class FeetechServo : Servo
{
    private const int SpeedUnitBit = 0x04;
    private const int CoarseSpeed = 50;
    private const int AccelerationUnit = 100;
    private readonly FeetechFamily _family;

    private FeetechServo(int index, RobotJointOptions joint, FeetechOptions options)
        : base(
            index, joint,
            ServoScale.Create(
                joint, FeetechRegisters.Steps(options.Family) / 2, FeetechRegisters.RadiansPerStep(options.Family),
                options.MetresPerRadian),
            FeetechRegisters.RadiansPerStep(options.Family), FeetechRegisters.Steps(options.Family)) =>
        _family = options.Family;

    /// <summary>Steps per second of one unit of the servo's speed: by its phase bits.</summary>
    public int SpeedUnit { get; private set; } = 1;

    /// <summary>Bits on which the servo takes its torque away.</summary>
    public FeetechErrors UnloadConditions { get; private set; }

    /// <summary>Identity as read from the servo; null before the first connection.</summary>
    public FeetechIdentity? Identity { get; private set; }

    /// <summary>Speed limit in the servo's unit, never 0: by phase bit 3 that means standing still, or no limit.</summary>
    public int SpeedLimit => (int)Math.Clamp(Joint.MaximumVelocity / (Scale.Unit * SpeedUnit), 1, 32767);

    /// <summary>Acceleration limit in units of 100 steps/s², never 0, which means no limit.</summary>
    public int AccelerationLimit => (int)Math.Clamp(Joint.MaximumAcceleration / (Scale.Unit * AccelerationUnit), 1, 254);

    /// <summary>Torque limit, 0.1 %.</summary>
    public int TorqueLimit => (int)Math.Round(1000 * Joint.MaximumEffortFraction);

    /// <summary>The servos of a robot, checked against what Feetech servos can do.</summary>
    /// <exception cref="UserErrorException">A joint does not fit; the message names its place in the robot's file.</exception>
    public static FeetechServo[] Create(RobotDefinition robot, FeetechOptions options)
    {
        var servos = new FeetechServo[robot.Joints.Count];
        for (var i = 0; i < servos.Length; i++)
        {
            if (Problem(robot, robot.Joints[i], options) is { } problem)
                throw new UserErrorException($"{robot.LocationOfJoint(i)}: {problem}");
            servos[i] = new FeetechServo(i, robot.Joints[i], options);
            servos[i].RequireOneTurn(robot, FeetechRegisters.Steps(options.Family));
        }

        return servos;
    }

    /// <summary>Takes over what identification found.</summary>
    public void Identify(FeetechIdentity identity, FeetechErrors unloadConditions)
    {
        (Identity, UnloadConditions) = (identity, unloadConditions);
        SpeedUnit = _family == FeetechFamily.Sts && (identity.Phase & SpeedUnitBit) == 0 ? CoarseSpeed : 1;
    }

    private static string? Problem(RobotDefinition robot, RobotJointOptions joint, FeetechOptions options)
    {
        var unwatched = robot.Options.UnwatchedMaximumVelocity;
        return joint switch
        {
            { Id: null } => $"joint '{joint.Name}' needs the id of its servo: add 'id'.",
            { Mode: not ActionMode.Position } =>
                $"joint '{joint.Name}' must have mode position: a Feetech servo has no watchdog and would turn on when commands stop.",
            { Model: { } name } when FeetechModel.All.All(m => m.Name != name) =>
                $"joint '{joint.Name}' has the unknown model '{name}'; known: {string.Join(", ", FeetechModel.All.Select(m => m.Name))}.",
            { Model: { } name } when FeetechModel.All.First(m => m.Name == name).Family != options.Family =>
                $"joint '{joint.Name}' has a {name}, which is not of the family {Word(options.Family)}: correct 'family' in 'connection'.",
            _ when joint.MaximumVelocity > unwatched && !robot.Options.AcceptNoWatchdog =>
                $"joint '{joint.Name}' may move at {joint.MaximumVelocity}, above unwatched_maximum_velocity {unwatched}, and a Feetech "
                + "servo keeps its last goal when commands stop: lower maximum_velocity, or set accept_no_watchdog: true.",
            _ => null,
        };
    }

    private static string Word(FeetechFamily family) => family == FeetechFamily.Sts ? "sts" : "scs";
}
