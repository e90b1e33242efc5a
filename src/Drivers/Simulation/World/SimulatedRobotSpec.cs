using Robotics.Core.Links;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;
using Robotics.Drivers.Simulation.Model;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Drivers.Simulation.World;

/// <summary>Robot description of a model, from the options' choice of joints and actuators; for set-up.</summary>
internal static class SimulatedRobotSpec
{
    public static MujocoJoint[] Joints(MujocoModel model, SimulationOptions options) => options.Joints is { } names
        ? [.. names.Select(n => ModelNames.ScalarJoint(model, n))]
        : [.. model.Joints.Where(j => j.Kind is MujocoJointKind.Hinge or MujocoJointKind.Slide)];

    public static MujocoActuator[] Actuators(MujocoModel model, SimulationOptions options) => options.Actuators is { } names
        ? [.. names.Select(n => ModelNames.Find(model.Path, "actuator", model.Actuators, a => a.Name, n).Part)]
        : [.. model.Actuators];

    public static RobotSpec Build(MujocoModel model, SimulationOptions options, MujocoJoint[] joints, MujocoActuator[] actuators)
    {
        var start = StartControls.From(model, options);
        return new RobotSpec(
            options.Name ?? Path.GetFileNameWithoutExtension(options.ModelPath),
            [.. joints.Select(ToSpec)],
            [.. actuators.Select(a => ToChannel(a, Array.FindIndex(joints, j => j.Id == a.Joint), start[a.Id]))],
            options.Watchdog is null ? CommandLossBehaviour.KeepsLastCommand : CommandLossBehaviour.Stops,
            options.Watchdog?.TotalSeconds ?? double.PositiveInfinity);
    }

    public static JointSpec ToSpec(MujocoJoint joint) => new(
        joint.Name, joint.Kind == MujocoJointKind.Slide ? JointKind.Slide : JointKind.Hinge, joint.Low, joint.High);

    /// <summary>A control of unknown meaning counts as an effort in units of its own.</summary>
    public static ActionMode ModeOf(MujocoActuator actuator) => actuator.Control switch
    {
        MujocoControl.Position => ActionMode.Position,
        MujocoControl.Velocity => ActionMode.Velocity,
        _ => ActionMode.Effort,
    };

    /// <summary>The command's range in SI units: the control's range without gain and gear.</summary>
    public static (double Low, double High) RangeOf(MujocoActuator actuator)
    {
        var (a, b) = (actuator.Low / actuator.Scale, actuator.High / actuator.Scale);
        return (Math.Min(a, b), Math.Max(a, b));
    }

    private static CommandChannel ToChannel(MujocoActuator actuator, int joint, double startControl)
    {
        var (low, high) = RangeOf(actuator);
        return new CommandChannel(actuator.Name, joint, ModeOf(actuator), low, high, startControl / actuator.Scale);
    }
}
