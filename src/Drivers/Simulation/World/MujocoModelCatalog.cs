using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Models;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;
using Robotics.Drivers.Simulation.Model;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Drivers.Simulation.World;

/// <summary>The names in a MuJoCo model, for resolving a task. Thread-safe; for set-up.</summary>
public sealed class MujocoModelCatalog : IModelCatalog
{
    private readonly MujocoModel _model;

    /// <summary>Reads the names of a model, which must outlive the catalog.</summary>
    public MujocoModelCatalog(MujocoModel model)
    {
        _model = model;
        Joints = [.. model.Joints.Where(j => j.Kind is MujocoJointKind.Hinge or MujocoJointKind.Slide).Select(SimulatedRobotSpec.ToSpec)];
        Actuators = [.. model.Actuators.Select(ToSpec)];
        Sites = [.. model.Sites.Select(s => s.Name)];
        Bodies = [.. model.Bodies.Select(b => b.Name)];
        PlaceableBodies = [.. model.Bodies.Where(b => b.Mocap >= 0).Select(b => b.Name)];
        Cameras = [.. model.Cameras.Select(c => c.Name)];
        Keyframes = model.Keyframes;
        TimestepSeconds = model.TimestepSeconds;
    }

    /// <inheritdoc/>
    public double TimestepSeconds { get; }

    /// <inheritdoc/>
    public IReadOnlyList<JointSpec> Joints { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ActuatorSpec> Actuators { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Sites { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Bodies { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> PlaceableBodies { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Cameras { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Keyframes { get; }

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">There is no such keyframe.</exception>
    public double[] StartPositions(string? keyframe)
    {
        using var data = new MujocoData(_model);
        _ = data.Reset(EpisodeStart.KeyframeId(_model, keyframe));
        return [.. Joints.Select(j => data.Coordinates[ModelNames.ScalarJoint(_model, j.Name).PositionAddress])];
    }

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The name is unknown.</exception>
    public KinematicChain? ChainTo(Quantity point) => KinematicChains.To(_model, point);

    private ActuatorSpec ToSpec(MujocoActuator actuator)
    {
        var (low, high) = SimulatedRobotSpec.RangeOf(actuator);
        var joint = actuator.Joint >= 0 ? _model.Joints[actuator.Joint].Name : null;
        return new ActuatorSpec(actuator.Name, joint, SimulatedRobotSpec.ModeOf(actuator), low, high)
        {
            CoupledJoints = actuator.TendonJoints.Count == 0 ? [] : [.. actuator.TendonJoints.Select(j => _model.Joints[j].Name)],
        };
    }
}
