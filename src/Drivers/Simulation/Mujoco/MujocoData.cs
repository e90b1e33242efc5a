using System.Runtime.CompilerServices;
using Robotics.Core.Errors;

namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>
/// The state of one simulation of a <see cref="MujocoModel"/>, which it keeps alive. One thread at a time. After construction
/// nothing allocates or throws, so all but the constructor is safe on the tick path. Spans look into the engine's memory
/// and are valid until disposal.
/// </summary>
public sealed unsafe class MujocoData : IDisposable
{
    private readonly MujocoDataHandle _handle;
    private readonly nint _model;
    private readonly nint _data;

    /// <summary>Creates a state at the file's reference pose.</summary>
    /// <exception cref="UserErrorException">The engine refuses.</exception>
    public MujocoData(MujocoModel model)
    {
        Model = model;
        _model = model.Pointer;
        _handle = MujocoNative.rmj_data_create(model.Handle);
        if (_handle.IsInvalid)
            throw new UserErrorException($"{model.Path}: MuJoCo cannot simulate the model: {LastError}.");
        _data = _handle.DangerousGetHandle();
        _ = Forward();
    }

    /// <summary>The simulated model.</summary>
    public MujocoModel Model { get; }

    /// <summary>Seconds since the last reset.</summary>
    public double TimeSeconds
    {
        get => MujocoNative.rmj_time(_data);
        set => MujocoNative.rmj_set_time(_data, value);
    }

    /// <summary>The engine's last error on this thread; allocates.</summary>
    public static string LastError => MujocoModel.OneLine(MujocoNative.rmj_last_error());

    /// <summary>The engine's last warning on this thread; allocates.</summary>
    public static string LastWarning => MujocoModel.OneLine(MujocoNative.rmj_last_warning());

    /// <summary>Warnings of the engine on this thread so far.</summary>
    public static int WarningCount => MujocoNative.rmj_warning_count();

    /// <summary>Contacts in the last step.</summary>
    public int ContactCount => MujocoNative.rmj_contact_count(_data);

    /// <summary>[<see cref="MujocoModel.CoordinateCount"/>], m, rad and quaternions.</summary>
    public Span<double> Coordinates => new(MujocoNative.rmj_qpos(_data), Model.CoordinateCount);

    /// <summary>[<see cref="MujocoModel.VelocityCount"/>], m/s and rad/s.</summary>
    public Span<double> Velocities => new(MujocoNative.rmj_qvel(_data), Model.VelocityCount);

    /// <summary>[<see cref="MujocoModel.ControlCount"/>], the actuators' controls.</summary>
    public Span<double> Controls => new(MujocoNative.rmj_ctrl(_data), Model.ControlCount);

    /// <summary>[<see cref="MujocoModel.ActivationCount"/>], the actuators' own states.</summary>
    public Span<double> Activations => new(MujocoNative.rmj_act(_data), Model.ActivationCount);

    /// <summary>[mocap bodies × 3], m, world frame.</summary>
    public Span<double> MocapPositions => new(MujocoNative.rmj_mocap_pos(_data), 3 * Model.MocapCount);

    /// <summary>[mocap bodies × 4], w x y z.</summary>
    public Span<double> MocapQuaternions => new(MujocoNative.rmj_mocap_quat(_data), 4 * Model.MocapCount);

    /// <summary>[bodies × 3], m, world frame.</summary>
    public ReadOnlySpan<double> BodyPositions => new(MujocoNative.rmj_xpos(_data), 3 * Model.BodyCount);

    /// <summary>[bodies × 4], w x y z, world frame.</summary>
    public ReadOnlySpan<double> BodyQuaternions => new(MujocoNative.rmj_xquat(_data), 4 * Model.BodyCount);

    /// <summary>[sites × 3], m, world frame.</summary>
    public ReadOnlySpan<double> SitePositions => new(MujocoNative.rmj_site_xpos(_data), 3 * Model.Sites.Count);

    /// <summary>[sites × 9], rotation matrices by rows, world frame.</summary>
    public ReadOnlySpan<double> SiteRotations => new(MujocoNative.rmj_site_xmat(_data), 9 * Model.Sites.Count);

    /// <summary>[bodies × 3], m: the centre of mass of each body with all it carries.</summary>
    public ReadOnlySpan<double> SubtreeCentres => new(MujocoNative.rmj_subtree_com(_data), 3 * Model.BodyCount);

    /// <summary>[actuators], N or N·m, of the last step.</summary>
    public ReadOnlySpan<double> ActuatorForces => new(MujocoNative.rmj_actuator_force(_data), Model.ControlCount);

    /// <summary>[degrees of freedom], N or N·m, what the actuators exert on the joints, of the last step.</summary>
    public ReadOnlySpan<double> ActuatorEfforts => new(MujocoNative.rmj_qfrc_actuator(_data), Model.VelocityCount);

    /// <summary>[degrees of freedom], N or N·m, disturbances applied in every step.</summary>
    public Span<double> AppliedEfforts => new(MujocoNative.rmj_qfrc_applied(_data), Model.VelocityCount);

    /// <summary>[bodies × 6], N and N·m, forces and torques on the bodies in every step, world frame.</summary>
    public Span<double> AppliedWrenches => new(MujocoNative.rmj_xfrc_applied(_data), 6 * Model.BodyCount);

    /// <summary>Advances by whole physics steps.</summary>
    public PhysicsStatus Step(int count) => Status(MujocoNative.rmj_step(_model, _data, count));

    /// <summary>Computes everything for the present state without advancing.</summary>
    public PhysicsStatus Forward() => Status(MujocoNative.rmj_forward(_model, _data));

    /// <summary>Brings the poses of bodies, sites and cameras up to the present coordinates: a step leaves them at its start.</summary>
    public PhysicsStatus UpdatePoses() => Status(MujocoNative.rmj_kinematics(_model, _data));

    /// <summary>Back to the reference pose, or to a keyframe.</summary>
    /// <param name="keyframe">Index of the keyframe; −1 for the reference pose.</param>
    public PhysicsStatus Reset(int keyframe = -1)
    {
        var status = Status(MujocoNative.rmj_data_reset(_model, _data, keyframe));
        return status == PhysicsStatus.Ok ? Forward() : status;
    }

    /// <summary>Copies everything from another state of the same model.</summary>
    public PhysicsStatus CopyFrom(MujocoData other) => Status(MujocoNative.rmj_data_copy(_data, _model, other._data));

    /// <summary>Copies the whole state out.</summary>
    /// <param name="into">[<see cref="MujocoModel.StateSize"/>].</param>
    public void GetState(Span<double> into)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(into.Length, Model.StateSize);
        fixed (double* p = into)
            MujocoNative.rmj_state_get(_model, _data, p);
    }

    /// <summary>Restores a whole state; poses follow with the next step or <see cref="UpdatePoses"/>.</summary>
    /// <param name="from">[<see cref="MujocoModel.StateSize"/>].</param>
    public void SetState(ReadOnlySpan<double> from)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from.Length, Model.StateSize);
        fixed (double* p = from)
            MujocoNative.rmj_state_set(_model, _data, p);
    }

    /// <summary>Potential and kinetic energy of the present state, J; call <see cref="Forward"/> before.</summary>
    public (double Potential, double Kinetic) Energy()
    {
        var both = stackalloc double[2];
        _ = MujocoNative.rmj_energy(_model, _data, both);
        return (both[0], both[1]);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    internal PhysicsStatus Render(MujocoRendererHandle renderer, int camera, Span<byte> into)
    {
        fixed (byte* p = into)
            return Status(MujocoNative.rmj_render(renderer, _data, camera, p));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static PhysicsStatus Status(int code) => code switch
    {
        MujocoNative.Ok => PhysicsStatus.Ok,
        MujocoNative.Diverged => PhysicsStatus.Diverged,
        _ => PhysicsStatus.Failed,
    };
}
