using Polly;
using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Streams;
using Robotics.Core.Time;
using Robotics.Drivers.Cameras;
using Robotics.Drivers.Devices;
using Robotics.Drivers.Rosbridge.Messages;
using Robotics.Drivers.Rosbridge.Protocol;

namespace Robotics.Drivers.Rosbridge;

/// <summary>
/// A camera behind rosbridge: a topic of sensor_msgs/CompressedImage when its name ends in /compressed, else of sensor_msgs/Image. It has
/// a connection of its own, so that images never delay joint states, and opens it again when it breaks.
/// </summary>
public sealed class RosCamera : ISensorStream<ImageLease>, IAsyncDisposable
{
    private const int PoolSize = 8;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstImageTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(2);

    // A slow link delays images for seconds; that is no jump of the robot's clock.
    private static readonly TimeSpan JumpThreshold = TimeSpan.FromSeconds(30);
    private readonly SystemClock _clock;
    private readonly Uri _address;
    private readonly string _topic;
    private readonly bool _isCompressed;
    private readonly ImageFormat _format;
    private readonly ImagePool _pool;
    private readonly ImageStreamHub _hub;
    private readonly ImageMessage _message;
    private readonly ImageDecoder _decoder;
    private readonly ClockMap _clockMap;
    private readonly RosThrottle _throttle;
    private readonly RosSubscription _subscription;
    private readonly RosbridgeClient _client;
    private readonly DriverCounters _counters = new();
    private readonly RateMeter _meter;
    private readonly CancellationTokenSource _disposing = new();
    private TaskCompletionSource _firstImage = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _supervision = Task.CompletedTask;
    private long _sequence;
    private long _newestImage = long.MinValue;

    /// <summary>Reads a camera of a robot's file; nothing is opened yet.</summary>
    /// <param name="robot">The robot's file.</param>
    /// <param name="camera">One of its cameras; the source is a topic behind the robot's own rosbridge, or ws://host:port/topic.</param>
    /// <param name="clock">The run's clock.</param>
    /// <exception cref="UserErrorException">The source is no topic, or there is no rosbridge that it could belong to.</exception>
    public RosCamera(RobotDefinition robot, RobotCameraOptions camera, SystemClock clock)
    {
        _clock = clock;
        var options = robot.Options.Driver == DriverKind.Rosbridge ? robot.Connection<RosbridgeOptions>() : null;
        (_address, _topic) = Split(robot, camera, options);
        _isCompressed = _topic.EndsWith("/compressed", StringComparison.Ordinal);
        _format = new ImageFormat(camera.Width, camera.Height, 3);
        _pool = new ImagePool(_format, PoolSize);
        Spec = new SensorStreamSpec(camera.Name, camera.RateHz, StreamClock.RemoteUtc, camera.Delay);
        _hub = new ImageStreamHub(Spec);
        _message = new ImageMessage((camera.Width * camera.Height * 4) + (64 * 1024));
        _decoder = new ImageDecoder(_format);
        _clockMap = new ClockMap(new ClockMapOptions
        {
            MinimumDelay = options?.MinimumDelay ?? TimeSpan.Zero,
            JumpThreshold = JumpThreshold,
        });
        _throttle = new RosThrottle((int)(1000 / camera.RateHz));
        var type = _isCompressed ? RosTypes.CompressedImage : RosTypes.Image;
        _subscription = new RosSubscription(_topic, RosTypes.Message(type, options?.Ros ?? RosVersion.Ros2), RosCompression.Cbor, Receive)
        {
            ThrottleMilliseconds = _throttle.Milliseconds,
        };
        _client = new RosbridgeClient(_address, clock, _message.Capacity * 2)
        {
            Rejected = Reject,
            Lost = sentence =>
            {
                _counters.LastError = sentence;
                Volatile.Read(ref _lost).TrySetResult();
            },
        };
        _client.Subscribe(_subscription);
        _meter = new RateMeter(_counters, clock);
    }

    /// <inheritdoc/>
    public SensorStreamSpec Spec { get; }

    /// <summary>Statistics; a state is an image. Thread-safe; allocates.</summary>
    public DriverReport Report() =>
        _meter.Report(Interlocked.Read(ref _newestImage) is > long.MinValue and var at ? new MonotonicTime(at) : null);

    /// <inheritdoc/>
    public IStreamReader<ImageLease> OpenReader(int capacity) => _hub.OpenReader(capacity);

    /// <summary>Connects and waits for the first image.</summary>
    /// <exception cref="UserErrorException">Nobody answers, no image comes, or it is not as the robot's file says.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _counters.Connection = ConnectionState.Connecting;
        try
        {
            await _client.OpenAsync(ConnectTimeout, cancellationToken);
            await _firstImage.Task.WaitAsync(FirstImageTimeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            await _client.CloseAsync();
            throw new UserErrorException(
                _counters.LastError ?? $"no image came on the topic '{_topic}' from rosbridge at {_address} for " +
                    $"{FirstImageTimeout.TotalSeconds} s; check that " +
                $"camera '{Spec.Name}' runs and that 'source' is its topic.");
        }
        catch
        {
            await _client.CloseAsync();
            throw;
        }

        _counters.Connection = ConnectionState.Connected;
        _supervision = SuperviseAsync(_disposing.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposing.IsCancellationRequested)
            return;
        await _disposing.CancelAsync();
        Volatile.Read(ref _lost).TrySetResult();
        await _supervision;
        await _client.CloseAsync();
        _counters.Connection = ConnectionState.Disconnected;
        _disposing.Dispose();
    }

    private static (Uri Address, string Topic) Split(RobotDefinition robot, RobotCameraOptions camera, RosbridgeOptions? options)
    {
        if (Uri.TryCreate(camera.Source, UriKind.Absolute, out var uri) && uri.Scheme is "ws" or "wss" && uri!.AbsolutePath.Length > 1)
            return (new Uri(uri.GetLeftPart(UriPartial.Authority)), uri.AbsolutePath);
        if (options is not null && camera.Source.StartsWith('/'))
            return (new Uri(options.Address), camera.Source);
        throw new UserErrorException(
            $"{robot.LocationOf("cameras")}: the source '{camera.Source}' of camera '{camera.Name}' is no topic of ROS: give /topic " +
            $"of the robot's own " +
            "rosbridge, or ws://host:port/topic.");
    }

    private async Task SuperviseAsync(CancellationToken disposing)
    {
        var retry = new ResiliencePipelineBuilder().AddRetry(new()
        {
            ShouldHandle = new PredicateBuilder().Handle<UserErrorException>(),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromSeconds(0.1),
            MaxDelay = LongestRetryDelay,
        }).Build();
        while (true)
        {
            await _lost.Task;
            if (disposing.IsCancellationRequested)
                return;
            _counters.Connection = ConnectionState.Connecting;
            _counters.Count(LinkErrorKind.Disconnected);
            try
            {
                await retry.ExecuteAsync(ReopenAsync, disposing);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            _counters.Connection = ConnectionState.Connected;
        }
    }

    private async ValueTask ReopenAsync(CancellationToken disposing)
    {
        await _client.CloseAsync();
        Volatile.Write(ref _lost, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        disposing.ThrowIfCancellationRequested();
        await _client.OpenAsync(ConnectTimeout, disposing);
    }

    private void Reject(LinkErrorKind kind, string sentence)
    {
        _counters.Count(kind);
        _counters.LastError = sentence;
    }

    private void Receive(RosMessage message)
    {
        var now = _clock.Now;
        if (_pool.TryRent() is not { } lease)
        {
            Reject(LinkErrorKind.Overflow, $"an image of camera '{Spec.Name}' was dropped: all {PoolSize} are in use.");
            return;
        }

        var problem = RosReader.Read(message, _message, _isCompressed) ?? (_isCompressed
            ? _decoder.Decode(_message.Data, lease.Bytes)
            : RosPixels.ToRgb(_message, _format, lease.Bytes));
        if (problem is not null)
        {
            lease.Dispose();
            Reject(LinkErrorKind.Corrupt, $"an image of camera '{Spec.Name}' on '{_topic}' cannot be used: {problem}.");
            return;
        }

        var captured = _message.StampNanoseconds == 0 ? now - Spec.Delay : _clockMap.Observe(_message.StampNanoseconds, now);
        _hub.Publish(new Sample<ImageLease>(lease, captured, now, _sequence++));
        Interlocked.Exchange(ref _newestImage, now.Nanoseconds);
        _counters.CountState();
        _firstImage.TrySetResult();
        if (_throttle.Observe(now, (now - captured).TotalSeconds))
            _ = ThrottleAsync();
    }

    private async Task ThrottleAsync()
    {
        try
        {
            await _client.SetThrottleAsync(_subscription, _throttle.Milliseconds, _disposing.Token);
        }
        catch (Exception e) when (RosbridgeSocket.IsOfConnection(e))
        {
            // The next connection subscribes with the new value.
        }
    }
}
