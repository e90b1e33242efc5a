using System.Runtime.InteropServices;

namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>The C interface of native/mujoco: handles, ids, counts and pointers, never MuJoCo's structs.</summary>
internal static unsafe partial class MujocoNative
{
    private const string Library = "RoboticsMujoco";

    /// <summary>The call did what it should.</summary>
    public const int Ok = 0;

    /// <summary>The state became non-finite and was reset by the engine.</summary>
    public const int Diverged = 1;

    /// <summary>The UTF-8 text behind a pointer that the shim owns.</summary>
    public static string Text(nint pointer) => Marshal.PtrToStringUTF8(pointer) ?? "";

    [LibraryImport(Library)] public static partial nint rmj_last_error();
    [LibraryImport(Library)] public static partial nint rmj_last_warning();
    [LibraryImport(Library)] public static partial int rmj_warning_count();
    [LibraryImport(Library)] public static partial int rmj_version();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial int rmj_raise(string text);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial MujocoModelHandle rmj_model_load(
        string path);
    [LibraryImport(Library)] public static partial MujocoModelHandle rmj_model_copy(MujocoModelHandle source);
    [LibraryImport(Library)] public static partial void rmj_model_free(nint model);
    [LibraryImport(Library)] public static partial int rmj_model_nq(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial int rmj_model_nv(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial int rmj_model_nu(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial int rmj_model_na(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial int rmj_model_nbody(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial int rmj_model_njnt(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial int rmj_model_ngeom(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial int rmj_model_nsite(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial int rmj_model_ncam(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial int rmj_model_nmocap(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial int rmj_model_nkey(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial double rmj_model_timestep(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial void rmj_model_set_timestep(MujocoModelHandle model, double seconds);
    [LibraryImport(Library)] public static partial void rmj_model_gravity(MujocoModelHandle model, double* into);

    [LibraryImport(Library)] public static partial nint rmj_body_name(MujocoModelHandle model, int id);
    [LibraryImport(Library)] public static partial nint rmj_joint_name(MujocoModelHandle model, int id);
    [LibraryImport(Library)] public static partial nint rmj_site_name(MujocoModelHandle model, int id);
    [LibraryImport(Library)] public static partial nint rmj_camera_name(MujocoModelHandle model, int id);
    [LibraryImport(Library)] public static partial nint rmj_actuator_name(MujocoModelHandle model, int id);
    [LibraryImport(Library)] public static partial nint rmj_key_name(MujocoModelHandle model, int id);

    [LibraryImport(Library)] public static partial int rmj_joint_kind(MujocoModelHandle model, int joint);
    [LibraryImport(Library)] public static partial int rmj_joint_body(MujocoModelHandle model, int joint);
    [LibraryImport(Library)] public static partial int rmj_joint_qpos_address(MujocoModelHandle model, int joint);
    [LibraryImport(Library)] public static partial int rmj_joint_dof_address(MujocoModelHandle model, int joint);
    [LibraryImport(Library)] public static partial int rmj_joint_limited(MujocoModelHandle model, int joint);
    [LibraryImport(Library)] public static partial void rmj_joint_range(MujocoModelHandle model, int joint, double* into);
    [LibraryImport(Library)] public static partial void rmj_joint_axis(MujocoModelHandle model, int joint, double* into);
    [LibraryImport(Library)] public static partial void rmj_joint_position(MujocoModelHandle model, int joint, double* into);
    [LibraryImport(Library)] public static partial double rmj_joint_reference(MujocoModelHandle model, int joint);

    [LibraryImport(Library)] public static partial int rmj_body_parent(MujocoModelHandle model, int body);
    [LibraryImport(Library)] public static partial int rmj_body_mocap(MujocoModelHandle model, int body);
    [LibraryImport(Library)] public static partial double rmj_body_mass(MujocoModelHandle model, int body);
    [LibraryImport(Library)] public static partial int rmj_body_scale_mass(MujocoModelHandle model, int body, double factor);
    [LibraryImport(Library)]
    public static partial void rmj_body_pose(
        MujocoModelHandle model, int body, double* position, double* quaternion);
    [LibraryImport(Library)] public static partial void rmj_body_centre(MujocoModelHandle model, int body, double* into);
    [LibraryImport(Library)] public static partial int rmj_site_body(MujocoModelHandle model, int site);
    [LibraryImport(Library)] public static partial void rmj_site_position(MujocoModelHandle model, int site, double* into);
    [LibraryImport(Library)] public static partial double rmj_camera_fovy(MujocoModelHandle model, int camera);

    [LibraryImport(Library)] public static partial int rmj_actuator_joint(MujocoModelHandle model, int actuator);
    [LibraryImport(Library)] public static partial int rmj_actuator_tendon_joint(MujocoModelHandle model, int actuator, int place);
    [LibraryImport(Library)] public static partial int rmj_actuator_control(MujocoModelHandle model, int actuator);
    [LibraryImport(Library)] public static partial double rmj_actuator_gain(MujocoModelHandle model, int actuator);
    [LibraryImport(Library)] public static partial double rmj_actuator_gear(MujocoModelHandle model, int actuator);
    [LibraryImport(Library)] public static partial int rmj_actuator_control_range(MujocoModelHandle model, int actuator, double* into);
    [LibraryImport(Library)] public static partial int rmj_actuator_force_range(MujocoModelHandle model, int actuator, double* into);
}
