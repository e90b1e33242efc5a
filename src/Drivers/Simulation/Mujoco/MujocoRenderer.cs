using Robotics.Core.Errors;

namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>Options of rendering.</summary>
public sealed record RenderOptions
{
    /// <summary>Width in pixels, 1 to 4096. Default 64.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Height in pixels, 1 to 4096. Default 64.</summary>
    public int Height { get; init; } = 64;

    /// <summary>True when shadows and reflections are rendered: three times the work. Default: false.</summary>
    public bool Shadows { get; init; }

    /// <summary>Samples per pixel against jagged edges: 0 (off), 2, 4 or 8. Default 0.</summary>
    public int Samples { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="UserErrorException">A number is out of range.</exception>
    public void Validate()
    {
        if (Width is < 1 or > 4096 || Height is < 1 or > 4096)
            throw new UserErrorException($"An image of {Width}×{Height} pixels cannot be rendered: choose 1 to 4096 each way.");
        if (Samples is not (0 or 2 or 4 or 8))
            throw new UserErrorException($"{Samples} samples per pixel cannot be rendered: choose 0, 2, 4 or 8.");
    }
}

/// <summary>
/// Renders the image of a model's camera, off screen (EGL without a surface). Any thread may use it, one at a time;
/// drawing does not allocate or throw.
/// </summary>
public sealed class MujocoRenderer : IDisposable
{
    private const int ShadowMapSize = 2048;
    private readonly MujocoRendererHandle _handle;

    /// <summary>Creates a renderer with an OpenGL context of its own.</summary>
    /// <exception cref="RenderingUnavailableException">The machine has no EGL.</exception>
    /// <exception cref="UserErrorException">The options are out of range.</exception>
    public MujocoRenderer(MujocoModel model, RenderOptions options)
    {
        options.Validate();
        Options = options;
        _handle = MujocoNative.rmj_renderer_create(
            model.Handle, options.Width, options.Height, options.Shadows ? ShadowMapSize : 0, options.Samples);
        if (_handle.IsInvalid)
            throw new RenderingUnavailableException(
                $"Images cannot be rendered on this machine: {MujocoData.LastError}; run `apt-get install -y --no-install-recommends "
                + "libegl1 libegl-mesa0 libgl1-mesa-dri`.");
    }

    /// <summary>Options of rendering.</summary>
    public RenderOptions Options { get; }

    /// <summary>Bytes of one image: height × width × 3.</summary>
    public int ByteCount => Options.Width * Options.Height * 3;

    /// <summary>Renders an image; <see cref="MujocoData.UpdatePoses"/> must have run since the last step.</summary>
    /// <param name="data">The simulation.</param>
    /// <param name="camera">The camera's id; −1 for a free camera that shows the whole model.</param>
    /// <param name="into">[height × width × 3], RGB, rows from the top down.</param>
    public PhysicsStatus Render(MujocoData data, int camera, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(into.Length, ByteCount);
        return data.Render(_handle, camera, into);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
