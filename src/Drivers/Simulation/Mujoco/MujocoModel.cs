using Robotics.Core.Errors;

namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>
/// A compiled MuJoCo model: what the file describes, with names. Immutable but for <see cref="WithTimestep"/>'s copies;
/// safe for any number of threads, each with a <see cref="MujocoData"/> of its own.
/// </summary>
public sealed class MujocoModel : IDisposable
{
    private readonly Lazy<IReadOnlyList<MujocoBody>> _bodies;

    private MujocoModel(MujocoModelHandle handle, string path)
    {
        Handle = handle;
        Path = path;
        CoordinateCount = MujocoNative.rmj_model_nq(handle);
        VelocityCount = MujocoNative.rmj_model_nv(handle);
        ControlCount = MujocoNative.rmj_model_nu(handle);
        ActivationCount = MujocoNative.rmj_model_na(handle);
        BodyCount = MujocoNative.rmj_model_nbody(handle);
        MocapCount = MujocoNative.rmj_model_nmocap(handle);
        StateSize = MujocoNative.rmj_state_size(handle);
        Joints = MujocoReader.Joints(handle);
        Sites = MujocoReader.Sites(handle);
        Cameras = MujocoReader.Cameras(handle);
        Actuators = MujocoReader.Actuators(handle);
        Keyframes = MujocoReader.Keyframes(handle);
        _bodies = new(() => MujocoReader.Bodies(handle));
    }

    /// <summary>MuJoCo's version number, for example 222 for 2.2.2.</summary>
    public static int Version => MujocoNative.rmj_version();

    /// <summary>The file that the model came from.</summary>
    public string Path { get; }

    /// <summary>Dimension of qpos.</summary>
    public int CoordinateCount { get; }

    /// <summary>Dimension of qvel.</summary>
    public int VelocityCount { get; }

    /// <summary>Dimension of ctrl.</summary>
    public int ControlCount { get; }

    /// <summary>Dimension of act.</summary>
    public int ActivationCount { get; }

    /// <summary>Bodies, the world included.</summary>
    public int BodyCount { get; }

    /// <summary>Mocap bodies.</summary>
    public int MocapCount { get; }

    /// <summary>Dimension of the whole state.</summary>
    public int StateSize { get; }

    /// <summary>The physics step in seconds.</summary>
    public double TimestepSeconds => MujocoNative.rmj_model_timestep(Handle);

    /// <summary>Bodies by id.</summary>
    public IReadOnlyList<MujocoBody> Bodies => _bodies.Value;

    /// <summary>Joints by id.</summary>
    public IReadOnlyList<MujocoJoint> Joints { get; }

    /// <summary>Sites by id.</summary>
    public IReadOnlyList<MujocoSite> Sites { get; }

    /// <summary>Cameras by id.</summary>
    public IReadOnlyList<MujocoCamera> Cameras { get; }

    /// <summary>Actuators by id.</summary>
    public IReadOnlyList<MujocoActuator> Actuators { get; }

    /// <summary>Names of the keyframes by id.</summary>
    public IReadOnlyList<string> Keyframes { get; }

    internal MujocoModelHandle Handle { get; }

    internal nint Pointer => Handle.DangerousGetHandle();

    /// <summary>Loads MJCF, URDF or a compiled model (.mjb).</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserErrorException">The file is missing or MuJoCo refuses it; with MuJoCo's words, its version, and where
    /// possible file, line and column.</exception>
    public static MujocoModel Load(string path)
    {
        if (!File.Exists(path))
            throw new UserErrorException(
                $"{path}: there is no such model file; correct the path, which is relative to the current folder.");
        var handle = MujocoNative.rmj_model_load(path);
        if (handle.IsInvalid)
            throw MjcfFault.Explain(path, MujocoNative.Text(MujocoNative.rmj_last_error()), Version);
        return new MujocoModel(handle, path);
    }

    /// <summary>
    /// The files that make up a model: the file itself, those that it includes, meshes, textures, height fields and skins.
    /// </summary>
    /// <param name="path">As for <see cref="Load"/>.</param>
    public static IReadOnlyList<string> FilesOf(string path) => MjcfFiles.WithAssets(path);

    /// <summary>MuJoCo's version as people write it, for example 2.2.2.</summary>
    public static string VersionText => MjcfFault.VersionText(Version);

    /// <summary>A copy with another physics step.</summary>
    /// <param name="seconds">Above 0, s.</param>
    public MujocoModel WithTimestep(double seconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(seconds, 0);
        var copy = Copy();
        MujocoNative.rmj_model_set_timestep(copy.Handle, seconds);
        return copy;
    }

    /// <summary>A copy in which every body's mass and inertia are multiplied: a robot that its nominal model misjudges.</summary>
    /// <param name="factor">Above 0.</param>
    public MujocoModel WithScaledMasses(double factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(factor, 0);
        var copy = Copy();
        for (var body = 1; body < BodyCount; body++)
        {
            if (MujocoNative.rmj_body_scale_mass(copy.Handle, body, factor) != MujocoNative.Ok)
                throw new InvalidOperationException(OneLine(MujocoNative.rmj_last_error()));
        }

        return copy;
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    internal static string OneLine(nint text) =>
        string.Join(' ', MujocoNative.Text(text).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private MujocoModel Copy()
    {
        var handle = MujocoNative.rmj_model_copy(Handle);
        if (handle.IsInvalid)
            throw new InvalidOperationException(OneLine(MujocoNative.rmj_last_error()));
        return new MujocoModel(handle, Path);
    }
}
