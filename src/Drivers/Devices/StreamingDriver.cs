using Polly;
using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Threading;
using Robotics.Core.Time;

namespace Robotics.Drivers.Devices;

/// <summary>
/// The base of drivers whose device sends states of its own accord: MQTT, rosbridge, RTDE. The receiving side fills
/// <see cref="StateDraft"/> and calls <see cref="PublishState"/>; a sender thread serialises the newest command as soon as the servo
/// thread hands it over, so that the servo thread never waits for a socket. Only the newest command is sent: those that came while the
/// wire was busy are replaced, those older than <see cref="CommandTimeout"/> are dropped and counted as expired, and when none follows
/// for that long the device is stopped once. A connection that breaks, or falls silent for <see cref="StateTimeout"/>, is opened again
/// in the background until the driver is disposed; commands from before are discarded.
/// </summary>
/// <remarks>
/// A driver implements <see cref="OpenAsync"/>, which connects, checks and starts its receiver, <see cref="CloseAsync"/>, after which
/// its receiver publishes nothing more, and the two sends. Opening ends with the first state, so the receiver must run by the end of
/// <see cref="OpenAsync"/>. Messages that cannot be used go to <see cref="Reject"/>.
/// </remarks>
public abstract class StreamingDriver : RobotDriver
{
    private const int FifoPriority = 85;
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SupervisionPeriod = TimeSpan.FromMilliseconds(20);
    private readonly TripleBuffer<RobotState> _states;
    private readonly TripleBuffer<DeviceHealth> _health;
    private readonly TripleBuffer<CommandBuffer> _commands;
    private readonly WakeEvent _wake = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly RateMeter _meter;
    private readonly double[] _positionsBefore;
    private Task _supervision = Task.CompletedTask;
    private TaskCompletionSource _firstState = new();
    private string? _rejection;
    private long _sequenceRead;
    private long _stateSequence;
    private long _commandSequence;
    private long _newestState = long.MinValue;
    private MonotonicTime _capturedBefore;
    private volatile bool _isEnabled;
    private volatile bool _isBroken;

    /// <summary>Creates the driver; nothing is opened yet.</summary>
    /// <param name="definition">The robot's file.</param>
    /// <param name="spec">Description of the robot.</param>
    /// <param name="clock">The run's clock.</param>
    private protected StreamingDriver(RobotDefinition definition, RobotSpec spec, SystemClock clock)
    {
        (Definition, Spec, Clock) = (definition, spec, clock);
        _states = new TripleBuffer<RobotState>(() => new RobotState(spec.Joints.Count));
        _health = new TripleBuffer<DeviceHealth>(() => new DeviceHealth(spec.Joints.Count));
        _commands = new TripleBuffer<CommandBuffer>(() => new CommandBuffer(spec.Channels.Count));
        _meter = new RateMeter(Counters, clock);
        _positionsBefore = new double[spec.Joints.Count];
    }

    /// <summary>Age at which a command is no longer sent, and time without a command after which the device is stopped: 0.1 s.</summary>
    public static TimeSpan CommandTimeout { get; } = TimeSpan.FromSeconds(0.1);

    /// <inheritdoc/>
    public override RobotSpec Spec { get; }

    /// <inheritdoc/>
    protected override long Connections => Counters.Connections;

    /// <summary>The robot's file.</summary>
    private protected RobotDefinition Definition { get; }

    /// <summary>Statistics; counted by the driver's threads.</summary>
    private protected DriverCounters Counters { get; } = new();

    /// <summary>The run's clock.</summary>
    private protected SystemClock Clock { get; }

    /// <summary>Time without a state after which the connection counts as broken, and time that the first state may take.</summary>
    private protected abstract TimeSpan StateTimeout { get; }

    /// <summary>The state to fill next: for the receiver alone.</summary>
    private protected RobotState StateDraft => _states.Draft;

    /// <summary>The condition of the motors to fill next: for the receiver alone.</summary>
    private protected DeviceHealth HealthDraft => _health.Draft;

    /// <inheritdoc/>
    public override DriverReport Report() =>
        _meter.Report(Interlocked.Read(ref _newestState) is > long.MinValue and var at ? new MonotonicTime(at) : null);

    /// <inheritdoc/>
    public override async Task ConnectAsync(CancellationToken cancellationToken)
    {
        Counters.Connection = ConnectionState.Connecting;
        try
        {
            await OpenToFirstStateAsync(cancellationToken);
        }
        catch
        {
            await CloseAsync();
            Counters.Connection = ConnectionState.Disconnected;
            throw;
        }

        Counters.Connection = ConnectionState.Connected;
        _supervision = SuperviseAsync(_disposing.Token);
    }

    /// <inheritdoc/>
    public override async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        _isEnabled = false;
        await TorqueOffAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_disposing.IsCancellationRequested)
            return;
        await _disposing.CancelAsync();
        _wake.Set();
        await _supervision;
        await CloseAsync();
        Counters.Connection = ConnectionState.Disconnected;
        _disposing.Dispose();
        _wake.Dispose();
    }

    /// <inheritdoc/>
    protected override LinkStatus TryRead(RobotState into)
    {
        if (Counters.Connection != ConnectionState.Connected)
            return LinkStatus.Disconnected;
        var newest = _states.Latest();
        if (newest.Sequence == _sequenceRead)
            return LinkStatus.Stale;
        _sequenceRead = newest.Sequence;
        into.CopyFrom(newest);
        return LinkStatus.Ok;
    }

    /// <inheritdoc/>
    protected override bool TryReadHealth(DeviceHealth into)
    {
        var newest = _health.Latest();
        if (newest.At == MonotonicTime.Zero)
            return false;
        into.CopyFrom(newest);
        return true;
    }

    /// <inheritdoc/>
    protected override LinkStatus TryWrite(ReadOnlySpan<double> command) => HandOver(command, isStop: false);

    /// <inheritdoc/>
    protected override LinkStatus TryStop() => HandOver([], isStop: true);

    /// <inheritdoc/>
    protected override async Task EnableAsync(CancellationToken cancellationToken)
    {
        await TorqueOnAsync(cancellationToken);
        _isEnabled = true;
    }

    /// <summary>Connects, checks that the device fits the robot's file and starts the receiver; commands no motion.</summary>
    /// <exception cref="UserErrorException">Address, credentials, device or file are not as they should be.</exception>
    private protected abstract Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Ends receiver and connection; may be called when nothing is open. Does not throw.</summary>
    private protected abstract Task CloseAsync();

    /// <summary>Error sentence for a device that sends no states: its source and what to check.</summary>
    private protected abstract string DescribeSilence();

    /// <summary>Prepares the device to move: goal := present, then torque.</summary>
    /// <exception cref="UserErrorException">The device did not confirm.</exception>
    private protected abstract Task TorqueOnAsync(CancellationToken cancellationToken);

    /// <summary>Switches torque off.</summary>
    /// <exception cref="UserErrorException">The device did not confirm, or cannot.</exception>
    private protected abstract Task TorqueOffAsync(CancellationToken cancellationToken);

    /// <summary>Sends a command. On the sender thread; does not throw, and returns within a second whatever the network does.</summary>
    /// <param name="command">[channels], SI.</param>
    /// <param name="at">Time at which the servo thread handed it over.</param>
    private protected abstract ExchangeStatus SendCommand(ReadOnlySpan<double> command, MonotonicTime at);

    /// <summary>Brings the device to rest. As <see cref="SendCommand"/>.</summary>
    private protected abstract ExchangeStatus SendStop();

    /// <summary>
    /// Publishes <see cref="StateDraft"/>: for the receiver alone. Velocities that are NaN are replaced by the difference to the state
    /// before. Does not allocate once the first state is there.
    /// </summary>
    /// <param name="capturedAt">Capture time.</param>
    /// <param name="receivedAt">Arrival time.</param>
    private protected void PublishState(MonotonicTime capturedAt, MonotonicTime receivedAt)
    {
        var draft = _states.Draft;
        FillVelocities(draft, capturedAt);
        (draft.CapturedAt, draft.ReceivedAt, draft.Sequence) = (capturedAt, receivedAt, ++_stateSequence);
        Interlocked.Exchange(ref _newestState, receivedAt.Nanoseconds);
        _states.Publish();
        Counters.CountState();
        if (!_firstState.Task.IsCompleted)
            _firstState.TrySetResult();
    }

    /// <summary>Publishes <see cref="HealthDraft"/>: for the receiver alone.</summary>
    private protected void PublishHealth(MonotonicTime at)
    {
        _health.Draft.At = at;
        _health.Publish();
    }

    /// <summary>Counts a message that cannot be used. While opening, the sentence is the reason given when no state follows.</summary>
    private protected void Reject(LinkErrorKind kind, string sentence)
    {
        Counters.Count(kind);
        Counters.LastError = sentence;
        Volatile.Write(ref _rejection, sentence);
    }

    /// <summary>Ends the opening at once with an error that waiting cannot mend. Without effect afterwards.</summary>
    private protected void RefuseOpening(UserErrorException error) => _firstState.TrySetException(error);

    /// <summary>Tells that the connection is gone; it is opened again. Thread-safe.</summary>
    private protected void Break(string sentence)
    {
        Counters.LastError = sentence;
        _isBroken = true;
        _wake.Set();
    }

    private async Task OpenToFirstStateAsync(CancellationToken cancellationToken)
    {
        _firstState = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (_isBroken, _rejection) = (false, null);
        await OpenAsync(cancellationToken);
        try
        {
            await _firstState.Task.WaitAsync(StateTimeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new UserErrorException(Volatile.Read(ref _rejection) ?? DescribeSilence());
        }
    }

    private void FillVelocities(RobotState draft, MonotonicTime capturedAt)
    {
        var elapsed = (capturedAt.Nanoseconds - _capturedBefore.Nanoseconds) * 1e-9;
        for (var i = 0; i < _positionsBefore.Length; i++)
        {
            if (double.IsNaN(draft.Velocities[i]))
                draft.Velocities[i] = _stateSequence > 0 && elapsed > 0 ? (draft.Positions[i] - _positionsBefore[i]) / elapsed : 0;
            _positionsBefore[i] = draft.Positions[i];
        }

        _capturedBefore = capturedAt;
    }

    private LinkStatus HandOver(ReadOnlySpan<double> command, bool isStop)
    {
        var draft = _commands.Draft;
        command.CopyTo(draft.Values);
        (draft.IsStop, draft.At, draft.Sequence) = (isStop, Clock.Now, ++_commandSequence);
        _commands.Publish();
        _wake.Set();
        return Counters.Connection == ConnectionState.Connected ? LinkStatus.Ok : LinkStatus.Disconnected;
    }

    /// <summary>One sender thread per connection; in between, attempts to connect again with growing delays.</summary>
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
        while (!disposing.IsCancellationRequested)
        {
            await RunThreadAsync(disposing);
            if (disposing.IsCancellationRequested)
                return;
            Counters.Connection = ConnectionState.Connecting;
            Counters.Count(LinkErrorKind.Disconnected);
            try
            {
                await retry.ExecuteAsync(ReopenAsync, disposing);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Counters.Connection = ConnectionState.Connected;
        }
    }

    private async ValueTask ReopenAsync(CancellationToken disposing)
    {
        try
        {
            await CloseAsync();
            await OpenToFirstStateAsync(disposing);
            if (_isEnabled)
                await TorqueOnAsync(disposing);
        }
        catch (UserErrorException e)
        {
            Counters.LastError = e.Message;
            throw;
        }
    }

    private Task RunThreadAsync(CancellationToken disposing)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                RealTime.TrySetFifoPriority(FifoPriority);
                RunSender(disposing);
                ended.SetResult();
            }
            catch (Exception e)
            {
                ended.SetException(e);
            }
        })
        {
            Name = $"{Spec.Name} sender",
            IsBackground = true,
        };
        thread.Start();
        return ended.Task;
    }

    private void RunSender(CancellationToken disposing)
    {
        var sent = _commands.Latest().Sequence;
        var hasStopped = true;
        while (!disposing.IsCancellationRequested)
        {
            _wake.Wait(SupervisionPeriod);
            if (_isBroken)
                return;
            if (SendNewest(ref sent, ref hasStopped) == ExchangeStatus.Broken)
                return;
            if (Clock.Now.Nanoseconds - Interlocked.Read(ref _newestState) < StateTimeout.Ticks * 100)
                continue;
            Counters.Count(LinkErrorKind.Timeout);
            Counters.LastError = DescribeSilence();
            return;
        }

        // Disposal is a safe stop.
        if (_isEnabled)
            SendStop();
    }

    private ExchangeStatus SendNewest(ref long sent, ref bool hasStopped)
    {
        if (!_isEnabled)
            return ExchangeStatus.Ok;
        var newest = _commands.Latest();
        var isLate = Clock.Now - newest.At >= CommandTimeout;
        if (newest.Sequence == sent)
            return hasStopped || !isLate ? ExchangeStatus.Ok : Stop(ref hasStopped, LinkErrorKind.Expired);
        sent = newest.Sequence;
        if (isLate)
            return Stop(ref hasStopped, LinkErrorKind.Expired);
        if (newest.IsStop)
            return hasStopped ? ExchangeStatus.Ok : Stop(ref hasStopped, null);
        hasStopped = false;
        var status = SendCommand(newest.Values, newest.At);
        if (status == ExchangeStatus.Ok)
            Counters.CountCommand();
        return status;
    }

    private ExchangeStatus Stop(ref bool hasStopped, LinkErrorKind? because)
    {
        if (because is { } kind)
            Counters.Count(kind);
        var status = SendStop();
        hasStopped = status == ExchangeStatus.Ok;
        return status;
    }
}
