namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>Reads a model's parts through the shim; for set-up.</summary>
internal static unsafe class MujocoReader
{
    public static MujocoBody[] Bodies(MujocoModelHandle model) =>
        [.. Enumerable.Range(0, MujocoNative.rmj_model_nbody(model)).Select(id => Body(model, id))];

    public static MujocoJoint[] Joints(MujocoModelHandle model) =>
        [.. Enumerable.Range(0, MujocoNative.rmj_model_njnt(model)).Select(id => Joint(model, id))];

    public static MujocoSite[] Sites(MujocoModelHandle model) =>
        [.. Enumerable.Range(0, MujocoNative.rmj_model_nsite(model)).Select(id => Site(model, id))];

    public static MujocoCamera[] Cameras(MujocoModelHandle model) =>
        [.. Enumerable.Range(0, MujocoNative.rmj_model_ncam(model)).Select(id => new MujocoCamera(
            id, Name(MujocoNative.rmj_camera_name(model, id), id), MujocoNative.rmj_camera_fovy(model, id)))];

    public static MujocoActuator[] Actuators(MujocoModelHandle model) =>
        [.. Enumerable.Range(0, MujocoNative.rmj_model_nu(model)).Select(id => Actuator(model, id))];

    public static string[] Keyframes(MujocoModelHandle model) =>
        [.. Enumerable.Range(0, MujocoNative.rmj_model_nkey(model)).Select(id => Name(MujocoNative.rmj_key_name(model, id), id))];

    /// <summary>Name of the part in the file, or its number.</summary>
    private static string Name(nint text, int id) => MujocoNative.Text(text) is { Length: > 0 } name ? name : $"#{id}";

    private static MujocoBody Body(MujocoModelHandle model, int id)
    {
        double[] position = new double[3], quaternion = new double[4], centre = new double[3];
        fixed (double* p = position, q = quaternion, c = centre)
        {
            MujocoNative.rmj_body_pose(model, id, p, q);
            MujocoNative.rmj_body_centre(model, id, c);
        }

        return new MujocoBody(
            id, Name(MujocoNative.rmj_body_name(model, id), id), MujocoNative.rmj_body_parent(model, id),
            MujocoNative.rmj_body_mocap(model, id), MujocoNative.rmj_body_mass(model, id), position, quaternion, centre);
    }

    private static MujocoJoint Joint(MujocoModelHandle model, int id)
    {
        double[] axis = new double[3], anchor = new double[3];
        var range = stackalloc double[2];
        fixed (double* a = axis, p = anchor)
        {
            MujocoNative.rmj_joint_axis(model, id, a);
            MujocoNative.rmj_joint_position(model, id, p);
        }

        MujocoNative.rmj_joint_range(model, id, range);
        var limited = MujocoNative.rmj_joint_limited(model, id) != 0;
        return new MujocoJoint(
            id, Name(MujocoNative.rmj_joint_name(model, id), id), Kind(MujocoNative.rmj_joint_kind(model, id)),
            MujocoNative.rmj_joint_body(model, id), MujocoNative.rmj_joint_qpos_address(model, id), MujocoNative.rmj_joint_dof_address(
                model, id),
            limited ? range[0] : double.NegativeInfinity, limited ? range[1] : double.PositiveInfinity,
            axis, anchor, MujocoNative.rmj_joint_reference(model, id));
    }

    private static MujocoSite Site(MujocoModelHandle model, int id)
    {
        var position = new double[3];
        fixed (double* p = position)
            MujocoNative.rmj_site_position(model, id, p);
        return new MujocoSite(id, Name(MujocoNative.rmj_site_name(model, id), id), MujocoNative.rmj_site_body(model, id), position);
    }

    private static MujocoActuator Actuator(MujocoModelHandle model, int id)
    {
        var range = stackalloc double[2];
        var limited = MujocoNative.rmj_actuator_control_range(model, id, range) != 0;
        var control = Control(MujocoNative.rmj_actuator_control(model, id));
        var gear = MujocoNative.rmj_actuator_gear(model, id);
        var factor = control switch
        {
            MujocoControl.Effort => MujocoNative.rmj_actuator_gain(model, id) * gear,
            MujocoControl.Position or MujocoControl.Velocity => gear,
            _ => 1,
        };

        // Without gain or gear the control moves nothing and has no SI unit.
        if (factor == 0)
            (control, factor) = (MujocoControl.Other, 1);
        return new MujocoActuator(
            id, Name(MujocoNative.rmj_actuator_name(model, id), id), MujocoNative.rmj_actuator_joint(model, id), control,
            limited ? range[0] : double.NegativeInfinity, limited ? range[1] : double.PositiveInfinity,
            control == MujocoControl.Effort ? 1 / factor : factor)
        {
            TendonJoints = TendonJoints(model, id),
        };
    }

    private static int[] TendonJoints(MujocoModelHandle model, int actuator)
    {
        var joints = new List<int>();
        while (MujocoNative.rmj_actuator_tendon_joint(model, actuator, joints.Count) is >= 0 and var joint)
            joints.Add(joint);
        return [.. joints];
    }

    private static MujocoJointKind Kind(int code) => code switch
    {
        0 => MujocoJointKind.Free,
        1 => MujocoJointKind.Ball,
        2 => MujocoJointKind.Slide,
        _ => MujocoJointKind.Hinge,
    };

    private static MujocoControl Control(int code) => code switch
    {
        1 => MujocoControl.Effort,
        2 => MujocoControl.Position,
        3 => MujocoControl.Velocity,
        _ => MujocoControl.Other,
    };
}
