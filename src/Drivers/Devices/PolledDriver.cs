using Polly;
using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Threading;
using Robotics.Core.Time;

namespace Robotics.Drivers.Devices;

/// <summary>Outcome of one exchange with a device.</summary>
internal enum ExchangeStatus
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>Lost or corrupt within this cycle's time; counted by the device. The next cycle tries again.</summary>
    Lost,

    /// <summary>The connection is gone: the port vanished or the device no longer answers.</summary>
    Broken,
}

/// <summary>
/// The base of drivers that poll a device on a bus. A thread of its own exchanges one state and one command per cycle on absolute
/// deadlines at the robot's rate, so that the servo thread never waits for a wire: it hands commands over and takes states through
/// triple buffers. A broken connection is opened again in the background until the driver is disposed; commands from before are
/// discarded. When the servo thread hands over no command for <see cref="CommandTimeout"/>, the device is stopped once.
/// </summary>
public abstract class PolledDriver : RobotDriver
{
    private const int FifoPriority = 85;
    private static readonly TimeSpan HealthPeriod = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(2);
    private readonly SystemClock _clock;
    private readonly TripleBuffer<RobotState> _states;
    private readonly TripleBuffer<DeviceHealth> _health;
    private readonly TripleBuffer<CommandBuffer> _commands;
    private readonly SemaphoreSlim _wire = new(1, 1);
    private readonly CancellationTokenSource _disposing = new();
    private readonly RateMeter _meter;
    private Task _supervision = Task.CompletedTask;
    private long _sequenceRead;
    private long _stateSequence;
    private long _commandSequence;
    private long _newestState = long.MinValue;
    private volatile bool _isEnabled;

    /// <summary>Creates the driver; nothing is opened yet.</summary>
    /// <param name="definition">The robot's file.</param>
    /// <param name="spec">Description of the robot.</param>
    /// <param name="clock">The run's clock.</param>
    private protected PolledDriver(RobotDefinition definition, RobotSpec spec, SystemClock clock)
    {
        (Definition, Spec, _clock) = (definition, spec, clock);
        _states = new TripleBuffer<RobotState>(() => new RobotState(spec.Joints.Count));
        _health = new TripleBuffer<DeviceHealth>(() => new DeviceHealth(spec.Joints.Count));
        _commands = new TripleBuffer<CommandBuffer>(() => new CommandBuffer(spec.Channels.Count));
        _meter = new RateMeter(Counters, clock);
    }

    /// <summary>Time without a command after which the device is stopped: 0.1 s.</summary>
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
    private protected SystemClock Clock => _clock;

    /// <inheritdoc/>
    public override DriverReport Report() =>
        _meter.Report(Interlocked.Read(ref _newestState) is > long.MinValue and var at ? new MonotonicTime(at) : null);

    /// <inheritdoc/>
    public override async Task ConnectAsync(CancellationToken cancellationToken)
    {
        Counters.Connection = ConnectionState.Connecting;
        try
        {
            await OpenAsync(cancellationToken);
        }
        catch
        {
            Close();
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
        await ExchangeAsync(TorqueOffAsync, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_disposing.IsCancellationRequested)
            return;
        await _disposing.CancelAsync();
        await _supervision;
        Close();
        Counters.Connection = ConnectionState.Disconnected;
        _disposing.Dispose();
        _wire.Dispose();
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
        await ExchangeAsync(TorqueOnAsync, cancellationToken);
        _isEnabled = true;
    }

    /// <summary>Opens the wire, identifies the device and checks that it fits the robot's file; commands no motion.</summary>
    /// <exception cref="UserErrorException">Port, device or file are not as they should be.</exception>
    private protected abstract Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Closes the wire; may be called when it is not open. Does not throw.</summary>
    private protected abstract void Close();

    /// <summary>Sets the goal to the present position, then switches torque on.</summary>
    /// <exception cref="UserErrorException">A motor did not confirm.</exception>
    private protected abstract Task TorqueOnAsync(CancellationToken cancellationToken);

    /// <summary>Switches torque off.</summary>
    /// <exception cref="UserErrorException">A motor did not confirm.</exception>
    private protected abstract Task TorqueOffAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Reads positions, velocities and efforts, and stamps the capture. On the driver's thread; does not allocate or throw.
    /// </summary>
    private protected abstract ExchangeStatus ReadState(RobotState into);

    /// <summary>Sends a command. On the driver's thread; does not allocate or throw.</summary>
    /// <param name="command">[channels], SI.</param>
    private protected abstract ExchangeStatus SendCommand(ReadOnlySpan<double> command);

    /// <summary>Brings the device to rest: goal := present, measured once. On the driver's thread; does not allocate or throw.</summary>
    private protected abstract ExchangeStatus SendStop();

    /// <summary>Polls temperatures, voltages, currents and error bits. On the driver's thread; does not allocate or throw.</summary>
    private protected abstract ExchangeStatus ReadHealth(DeviceHealth into);

    /// <summary>Runs a set-up exchange while the driver's thread keeps off the wire.</summary>
    private protected async Task ExchangeAsync(Func<CancellationToken, Task> exchange, CancellationToken cancellationToken)
    {
        await _wire.WaitAsync(cancellationToken);
        try
        {
            await exchange(cancellationToken);
        }
        finally
        {
            _wire.Release();
        }
    }

    private LinkStatus HandOver(ReadOnlySpan<double> command, bool isStop)
    {
        var draft = _commands.Draft;
        command.CopyTo(draft.Values);
        (draft.IsStop, draft.At, draft.Sequence) = (isStop, _clock.Now, ++_commandSequence);
        _commands.Publish();
        return Counters.Connection == ConnectionState.Connected ? LinkStatus.Ok : LinkStatus.Disconnected;
    }

    /// <summary>One thread per connection; in between, attempts to connect again with growing delays.</summary>
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
            Close();
            await OpenAsync(disposing);
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
                RealTime.TrySharpenTimers();
                RunCycles(disposing);
                ended.SetResult();
            }
            catch (Exception e)
            {
                ended.SetException(e);
            }
        })
        {
            Name = $"{Spec.Name} bus",
            IsBackground = true,
        };
        thread.Start();
        return ended.Task;
    }

    private void RunCycles(CancellationToken disposing)
    {
        var pacer = new WallPacer(_clock);
        var period = TimeSpan.FromSeconds(1 / Definition.Options.RateHz);
        var (next, nextHealth) = (_clock.Now, _clock.Now);
        var sent = _commands.Latest().Sequence;
        var hasStopped = true;
        while (!disposing.IsCancellationRequested)
        {
            pacer.WaitUntil(next);
            next += period;
            if (next < _clock.Now)
                next = _clock.Now + period;
            if (!_wire.Wait(0, CancellationToken.None))
                continue;
            try
            {
                if (RunCycle(ref sent, ref hasStopped, ref nextHealth) == ExchangeStatus.Broken)
                    return;
            }
            finally
            {
                _wire.Release();
            }
        }

        // Disposal is a safe stop.
        if (_isEnabled)
            SendStop();
    }

    private ExchangeStatus RunCycle(ref long sent, ref bool hasStopped, ref MonotonicTime nextHealth)
    {
        if (SendNewest(ref sent, ref hasStopped) == ExchangeStatus.Broken)
            return ExchangeStatus.Broken;
        var draft = _states.Draft;
        var status = ReadState(draft);
        if (status == ExchangeStatus.Ok)
        {
            (draft.ReceivedAt, draft.Sequence) = (_clock.Now, ++_stateSequence);
            Interlocked.Exchange(ref _newestState, draft.ReceivedAt.Nanoseconds);
            _states.Publish();
            Counters.CountState();
        }

        if (status == ExchangeStatus.Broken || _clock.Now < nextHealth)
            return status;
        nextHealth = _clock.Now + HealthPeriod;
        var health = ReadHealth(_health.Draft);
        if (health == ExchangeStatus.Ok)
        {
            _health.Draft.At = _clock.Now;
            _health.Publish();
        }

        return health;
    }

    private ExchangeStatus SendNewest(ref long sent, ref bool hasStopped)
    {
        if (!_isEnabled)
            return ExchangeStatus.Ok;
        var newest = _commands.Latest();
        if (newest.Sequence == sent)
            return hasStopped || _clock.Now - newest.At < CommandTimeout ? ExchangeStatus.Ok : Stop(ref hasStopped, LinkErrorKind.Expired);
        sent = newest.Sequence;
        if (_clock.Now - newest.At >= CommandTimeout)
            return Stop(ref hasStopped, LinkErrorKind.Expired);
        if (newest.IsStop)
            return hasStopped ? ExchangeStatus.Ok : Stop(ref hasStopped, null);
        hasStopped = false;
        var status = SendCommand(newest.Values);
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
