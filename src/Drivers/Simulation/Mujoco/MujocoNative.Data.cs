using System.Runtime.InteropServices;

namespace Robotics.Drivers.Simulation.Mujoco;

// Calls on a simulation's state take raw pointers: the owner of a data keeps its handles alive, and a SafeHandle's reference
// count on every call would cost more than the call.
internal static unsafe partial class MujocoNative
{
    [LibraryImport(Library)] public static partial MujocoDataHandle rmj_data_create(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial void rmj_data_free(nint data);
    [LibraryImport(Library)] public static partial int rmj_data_copy(nint into, nint model, nint from);
    [LibraryImport(Library)] public static partial int rmj_data_reset(nint model, nint data, int key);
    [LibraryImport(Library)] public static partial int rmj_step(nint model, nint data, int count);
    [LibraryImport(Library)] public static partial int rmj_forward(nint model, nint data);
    [LibraryImport(Library)] public static partial int rmj_kinematics(nint model, nint data);
    [LibraryImport(Library)] public static partial int rmj_energy(nint model, nint data, double* into);
    [LibraryImport(Library)] public static partial double rmj_time(nint data);
    [LibraryImport(Library)] public static partial void rmj_set_time(nint data, double seconds);
    [LibraryImport(Library)] public static partial int rmj_contact_count(nint data);

    [LibraryImport(Library)] public static partial double* rmj_qpos(nint data);
    [LibraryImport(Library)] public static partial double* rmj_qvel(nint data);
    [LibraryImport(Library)] public static partial double* rmj_act(nint data);
    [LibraryImport(Library)] public static partial double* rmj_ctrl(nint data);
    [LibraryImport(Library)] public static partial double* rmj_mocap_pos(nint data);
    [LibraryImport(Library)] public static partial double* rmj_mocap_quat(nint data);
    [LibraryImport(Library)] public static partial double* rmj_xpos(nint data);
    [LibraryImport(Library)] public static partial double* rmj_xquat(nint data);
    [LibraryImport(Library)] public static partial double* rmj_site_xpos(nint data);
    [LibraryImport(Library)] public static partial double* rmj_site_xmat(nint data);
    [LibraryImport(Library)] public static partial double* rmj_subtree_com(nint data);
    [LibraryImport(Library)] public static partial double* rmj_actuator_force(nint data);
    [LibraryImport(Library)] public static partial double* rmj_qfrc_actuator(nint data);
    [LibraryImport(Library)] public static partial double* rmj_qfrc_applied(nint data);
    [LibraryImport(Library)] public static partial double* rmj_xfrc_applied(nint data);

    [LibraryImport(Library)] public static partial int rmj_state_size(MujocoModelHandle model);
    [LibraryImport(Library)] public static partial void rmj_state_get(nint model, nint data, double* into);
    [LibraryImport(Library)] public static partial void rmj_state_set(nint model, nint data, double* from);

    [LibraryImport(Library)]
    public static partial MujocoRendererHandle rmj_renderer_create(
        MujocoModelHandle model, int width, int height, int shadowSize, int samples);
    [LibraryImport(Library)] public static partial void rmj_renderer_free(nint renderer);
    [LibraryImport(Library)] public static partial int rmj_render(MujocoRendererHandle renderer, nint data, int camera, byte* into);
}
