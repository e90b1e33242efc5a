using Robotics.Configuration.Resets;
using Robotics.Core.Errors;
using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Drivers.Simulation.Model;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Drivers.Simulation.World;

/// <summary>Places a simulation at the start of an episode. One thread; its only randomness is the given key.</summary>
internal sealed class EpisodeStart
{
    private readonly MujocoModel _model;
    private readonly MujocoJoint[] _joints;
    private readonly ResetSampler? _sampler;
    private readonly ResetPlan _fixed;
    private readonly double[] _controls;

    public EpisodeStart(MujocoModel model, IModelCatalog catalog, SimulationOptions options)
    {
        _model = model;
        _joints = [.. model.Joints.Where(j => j.Kind is MujocoJointKind.Hinge or MujocoJointKind.Slide)];
        _controls = StartControls.From(model, options);
        _sampler = options.Reset is { } distribution ? new ResetSampler(distribution) : null;
        _fixed = new ResetPlan(
            options.Keyframe, catalog.StartPositions(options.Keyframe), new double[_joints.Length],
            new Dictionary<string, double[]>(), new Dictionary<string, double[]>());
    }

    /// <summary>Resets, places what is sampled from the key, and lets position servos hold it.</summary>
    /// <exception cref="UserErrorException">The engine refuses the state, or no sample keeps the distances.</exception>
    public ResetPlan Apply(MujocoData data, RandomKey key)
    {
        var plan = _sampler?.Sample(key) ?? _fixed;
        Check(data.Reset(KeyframeId(_model, plan.Keyframe)));
        for (var i = 0; i < _joints.Length; i++)
        {
            data.Coordinates[_joints[i].PositionAddress] = plan.Positions[i];
            data.Velocities[_joints[i].VelocityAddress] = plan.Velocities[i];
        }

        foreach (var (body, position) in plan.Bodies)
            position.CopyTo(data.MocapPositions.Slice(3 * ModelNames.MocapBody(_model, body).Mocap, 3));
        HoldPositions(data);
        Check(data.Forward());
        return plan;
    }

    /// <summary>Index of a keyframe; −1 for the model's default pose.</summary>
    /// <exception cref="UserErrorException">There is no such keyframe.</exception>
    public static int KeyframeId(MujocoModel model, string? name) =>
        name is null ? -1 : ModelNames.Find(model.Path, "keyframe", model.Keyframes, k => k, name).Index;

    /// <summary>Servos hold the sampled pose; where the keyframe's control counts, the engine's reset has set it.</summary>
    private void HoldPositions(MujocoData data)
    {
        foreach (var actuator in _model.Actuators)
        {
            if (double.IsNaN(_controls[actuator.Id]))
                data.Controls[actuator.Id] = data.Coordinates[_model.Joints[actuator.Joint].PositionAddress] * actuator.Scale;
        }
    }

    private void Check(PhysicsStatus status)
    {
        if (status != PhysicsStatus.Ok)
            throw new UserErrorException(
                $"{_model.Path}: MuJoCo cannot start an episode: {MujocoData.LastError}; check the keyframe and the reset's ranges.");
    }
}
