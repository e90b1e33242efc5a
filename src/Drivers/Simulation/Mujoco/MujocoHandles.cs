using Microsoft.Win32.SafeHandles;

namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>Owns a compiled model.</summary>
internal sealed class MujocoModelHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        MujocoNative.rmj_model_free(handle);
        return true;
    }
}

/// <summary>Owns the state of one simulation.</summary>
internal sealed class MujocoDataHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        MujocoNative.rmj_data_free(handle);
        return true;
    }
}

/// <summary>Owns an off-screen renderer and its OpenGL context.</summary>
internal sealed class MujocoRendererHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        MujocoNative.rmj_renderer_free(handle);
        return true;
    }
}
