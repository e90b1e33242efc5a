using System.Net.Sockets;
using System.Runtime.InteropServices;
using Polly;
using Polly.Retry;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Core.Streams;
using Robotics.Core.Time;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>
/// The robot of a simulator in another process, which runs against the wall clock: reading and writing work as with hardware,
/// also when the process dies (<see cref="LinkStatus.Disconnected"/>). Reads and writes come from one thread; resets,
/// privileged reads and cameras may each have another.
/// </summary>
public sealed class RemoteSimulator : RobotDriver, IEpisodeControl, IPrivilegedState
{
    // A simulator that is started together with this program may need a moment until it listens. Only connecting is tried again.
    private static readonly ResiliencePipeline Attempts = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<UserErrorException>(e => e.InnerException is SocketException),
            MaxRetryAttempts = 4,
            Delay = TimeSpan.FromMilliseconds(50),
            BackoffType = DelayBackoffType.Exponential,
        })
        .Build();

    private readonly SimulationOptions _options;
    private readonly string _socketPath;
    private readonly MujocoModel _model;
    private readonly RemoteTruth _truth;
    private readonly RemoteCameras _cameras;
    private readonly RemoteChannel _channel;
    private long _lastSequence = -1;
    private MonotonicTime _lastCapture;

    /// <summary>Reads the model, so that the robot is known before connecting.</summary>
    /// <param name="options">Options of the server's simulation.</param>
    /// <param name="socketPath">Path of the server's socket.</param>
    /// <param name="clock">This process's clock: stamps are given in it.</param>
    /// <exception cref="UserErrorException">The model or the options do not work.</exception>
    public RemoteSimulator(SimulationOptions options, string socketPath, IClock clock)
    {
        options.Validate();
        _options = options;
        _socketPath = socketPath;
        _model = MujocoModel.Load(options.ModelPath);
        Catalog = new MujocoModelCatalog(_model);
        Spec = SimulatedRobotSpec.Build(
            _model, options, SimulatedRobotSpec.Joints(_model, options), SimulatedRobotSpec.Actuators(_model, options));
        _truth = new RemoteTruth(_model);
        _cameras = new RemoteCameras(options.Cameras);
        _channel = new RemoteChannel(Spec, _truth, _cameras, clock);
    }

    /// <inheritdoc/>
    public override RobotSpec Spec { get; }

    /// <summary>The names in the model.</summary>
    public IModelCatalog Catalog { get; }

    /// <summary>The cameras' streams in the order of the options.</summary>
    public IReadOnlyList<ISensorStream<ImageLease>> Cameras => _cameras.Streams;

    /// <summary>True when the server is connected.</summary>
    public bool IsConnected => _channel.IsOpen;

    /// <summary>Half of the fastest round trip at connecting: the uncertainty of all stamps.</summary>
    public TimeSpan ClockUncertainty => _channel.ClockUncertainty;

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">Nobody listens, or something else than this robot's simulator does.</exception>
    public override async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = await Attempts.ExecuteAsync(DialAsync, _socketPath, cancellationToken);
        await _channel.OpenAsync(socket, SimulatorIdentity.From(_model, Spec, _options), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The simulator refuses, or has gone.</exception>
    public async Task ResetAsync(RandomKey key, CancellationToken cancellationToken)
    {
        await _channel.ResetAsync(key, cancellationToken);
        _lastSequence = -1;
    }

    /// <inheritdoc/>
    public IPrivilegedReader Bind(Quantity quantity) => _truth.Bind(quantity);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _channel.TrySend(FrameKind.Stop, []);
        await _channel.DisposeAsync();
        _truth.Dispose();
        _model.Dispose();
    }

    /// <inheritdoc/>
    protected override Task EnableAsync(CancellationToken cancellationToken) => _channel.IsOpen
        ? Task.CompletedTask
        : throw new UserErrorException($"Robot '{Spec.Name}' is not connected; connect before activating.");

    /// <inheritdoc/>
    protected override LinkStatus TryRead(RobotState into)
    {
        if (!_channel.IsOpen)
            return LinkStatus.Disconnected;
        if (_channel.HasFault)
            return LinkStatus.Fault;
        var latest = _channel.LatestState();
        into.CopyFrom(latest);
        var isStale = latest.Sequence == _lastSequence && latest.CapturedAt == _lastCapture;
        (_lastSequence, _lastCapture) = (latest.Sequence, latest.CapturedAt);
        return isStale ? LinkStatus.Stale : LinkStatus.Ok;
    }

    /// <inheritdoc/>
    protected override LinkStatus TryWrite(ReadOnlySpan<double> command) =>
        _channel.TrySend(FrameKind.Command, MemoryMarshal.AsBytes(command));

    /// <inheritdoc/>
    protected override LinkStatus TryStop() => _channel.TrySend(FrameKind.Stop, []);

    private static async ValueTask<Socket> DialAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new UserErrorException($"{path}: no simulator listens there ({error.Message}); start it first.", error);
        }
    }
}
