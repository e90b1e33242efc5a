using Robotics.Configuration.Resets;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Core.Streams;
using Robotics.Core.Time;
using Robotics.Drivers.Simulation.Model;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Drivers.Simulation.World;

/// <summary>
/// A simulated robot with its cameras and its surroundings. Time moves only through <see cref="AdvanceTo"/>: between two calls
/// nothing happens, so the same calls with the same keys give the same numbers, bit for bit. One thread at a time; advancing,
/// reading and writing do not allocate or throw. Simulated time goes on over resets.
/// </summary>
public sealed class SimulatedWorld : ISteppedWorld, IEpisodeControl, IPrivilegedState, IDisposable
{
    private readonly SensorHistory _history;
    private readonly CommandQueue _commands;
    private readonly SimulatedCamera[] _cameras;
    private readonly EpisodeStart _start;
    private readonly long _stepNanoseconds;
    private long _step;
    private bool _posesAreFresh;

    /// <summary>Loads the model and places an episode's start.</summary>
    /// <param name="options">Options of the simulation.</param>
    /// <param name="key">The first episode's randomness; each <see cref="ResetAsync"/> brings its own.</param>
    /// <exception cref="UserErrorException">The options or the model do not work; the message says what to do.</exception>
    public SimulatedWorld(SimulationOptions options, RandomKey key)
    {
        options.Validate();
        Options = options;
        Model = Load(options);
        _stepNanoseconds = (long)Math.Round(Model.TimestepSeconds * 1e9);
        var joints = SimulatedRobotSpec.Joints(Model, options);
        ControlledActuators = SimulatedRobotSpec.Actuators(Model, options);
        Data = new MujocoData(Model);
        _history = new SensorHistory(joints, options, _stepNanoseconds);
        _commands = new CommandQueue(ControlledActuators, options, _stepNanoseconds);
        _cameras = [.. options.Cameras.Select(c => new SimulatedCamera(Model, c))];
        Cameras = [.. _cameras.Select(c => c.Stream)];
        Catalog = new MujocoModelCatalog(Model);
        _start = new EpisodeStart(Model, Catalog, options);
        Robot = new SimulatedRobot(this, SimulatedRobotSpec.Build(Model, options, joints, ControlledActuators));
        Episode = Begin(key);
    }

    /// <summary>Options of the simulation.</summary>
    public SimulationOptions Options { get; }

    /// <summary>The compiled model.</summary>
    public MujocoModel Model { get; }

    /// <summary>The names in the model.</summary>
    public IModelCatalog Catalog { get; }

    /// <summary>The robot.</summary>
    public SimulatedRobot Robot { get; }

    /// <summary>The cameras' streams in the order of the options.</summary>
    public IReadOnlyList<ISensorStream<ImageLease>> Cameras { get; }

    /// <summary>Sizes of the cameras' images in the order of the options.</summary>
    public IReadOnlyList<ImageFormat> CameraFormats => [.. _cameras.Select(c => c.Format)];

    /// <summary>Start of the current episode, including its goals: sampled by <see cref="ResetSampler"/> from the reset's key.</summary>
    public ResetPlan Episode { get; private set; }

    /// <inheritdoc/>
    public MonotonicTime Now { get; private set; }

    /// <summary>True when the physics became non-finite or failed; a reset recovers it.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The physics step.</summary>
    public TimeSpan Timestep => TimeSpan.FromTicks(_stepNanoseconds / 100);

    internal MujocoData Data { get; }

    internal MujocoActuator[] ControlledActuators { get; }

    internal int CommandDelaySteps => _commands.DelaySteps;

    /// <inheritdoc/>
    public void AdvanceTo(MonotonicTime time)
    {
        if (time <= Now)
            return;
        var target = time.Nanoseconds / _stepNanoseconds;
        while (_step < target && !HasFailed)
            Step();
        _step = Math.Max(_step, target);
        Now = time;
        foreach (var camera in _cameras)
            camera.Deliver(time);
    }

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The engine refuses the sampled state.</exception>
    public Task ResetAsync(RandomKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Reset(key);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public IPrivilegedReader Bind(Quantity quantity) => new PrivilegedReader(this, quantity);

    /// <summary>Moves a mocap body, for example a goal that the task has chosen.</summary>
    /// <param name="body">One of the catalog's placeable bodies.</param>
    /// <param name="position">[3], m, world frame.</param>
    /// <exception cref="UserErrorException">There is no such mocap body.</exception>
    public void Place(string body, ReadOnlySpan<double> position)
    {
        position[..3].CopyTo(Data.MocapPositions.Slice(3 * ModelNames.MocapBody(Model, body).Mocap, 3));
        _posesAreFresh = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var camera in _cameras)
            camera.Dispose();
        Data.Dispose();
        Model.Dispose();
    }

    internal void Reset(RandomKey key) => Episode = Begin(key);

    internal LinkStatus Read(RobotState into) => HasFailed ? LinkStatus.Fault : _history.Read(Now, into);

    internal LinkStatus Send(ReadOnlySpan<double> command)
    {
        if (HasFailed)
            return LinkStatus.Fault;
        _commands.Send(_step, command);
        return LinkStatus.Ok;
    }

    internal void Halt() => _commands.Halt(Data, Model);

    /// <summary>Poses of bodies and sites for the present coordinates.</summary>
    internal void RefreshPoses()
    {
        if (_posesAreFresh)
            return;
        _ = Data.UpdatePoses();
        _posesAreFresh = true;
    }

    private static MujocoModel Load(SimulationOptions options)
    {
        var model = MujocoModel.Load(options.ModelPath);
        if (options.TimestepSeconds is { } step)
            model = Replace(model, model.WithTimestep(step));
        return options.MassFactor == 1 ? model : Replace(model, model.WithScaledMasses(options.MassFactor));
    }

    private static MujocoModel Replace(MujocoModel old, MujocoModel model)
    {
        old.Dispose();
        return model;
    }

    private void Step()
    {
        _commands.Deliver(_step, Data, Model);
        if (Data.Step(1) != PhysicsStatus.Ok)
        {
            HasFailed = true;
            return;
        }

        _step++;
        _posesAreFresh = false;
        _history.Record(_step, Data);
        CaptureDue();
    }

    private void CaptureDue()
    {
        var now = _step * _stepNanoseconds;
        foreach (var camera in _cameras)
        {
            if (!camera.IsDue(now))
                continue;
            camera.Deliver(new MonotonicTime(now));
            RefreshPoses();
            camera.Capture(now, Data);
        }
    }

    private ResetPlan Begin(RandomKey key)
    {
        var plan = _start.Apply(Data, key);
        HasFailed = false;
        _posesAreFresh = true;
        _history.Restart(_step, Data, key.Derive("sensors"));
        _commands.Restart(_step, key.Derive("commands"));
        for (var i = 0; i < _cameras.Length; i++)
            _cameras[i].Restart(new MonotonicTime(_step * _stepNanoseconds), key.Derive("cameras").Derive((ulong)i));
        CaptureDue();
        foreach (var camera in _cameras)
            camera.Deliver(Now);
        return plan;
    }
}
