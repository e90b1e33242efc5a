using Robotics.Core.Spaces;
using Robotics.Core.Time;

namespace Robotics.Core.Links;

/// <summary>
/// The one path before the wire: connection → emergency stop → finite check → checks of the state → limits, rates and accelerations →
/// driver. Loop, teleoperation and console all go through it. It keeps the robot's <see cref="SafetyState"/>; every transition is an event.
/// After a failed check, a fault or a reconnect the robot holds the position that was measured once, and moves again only after
/// <see cref="Resume"/>. Used by one thread at a time, save for <see cref="Resume"/>, <see cref="State"/> and the events' reader; does not
/// allocate, never throws, safe on the tick path.
/// </summary>
/// <remarks>It is no safety function in the sense of IEC 61508 or ISO 10218: keep a switch of the motors' power within reach.</remarks>
public sealed class GuardedLink
{
    private readonly RobotDriver _driver;
    private readonly MotionLimiter[] _limiters;
    private readonly GuardChecks _checks;
    private readonly double[] _hold;
    private readonly double[] _braked;
    private MonotonicTime _lastAt;
    private bool _hasLast;
    private bool _needsResume;
    private bool _hasHold;
    private long _connections;
    private int _state;
    private int _resumes;

    internal GuardedLink(RobotDriver driver, GuardOptions options, EmergencyStop stop)
    {
        _driver = driver;
        Stop = stop;
        var n = driver.Spec.Channels.Count;
        _limiters = [.. Enumerable.Range(0, n).Select(i => new MotionLimiter(
            driver.Spec.Channels[i], options.LowOf(driver.Spec, i), options.HighOf(driver.Spec, i), options.RateOf(i),
            options.AccelerationOf(i)))];
        _checks = new GuardChecks(driver.Spec, options);
        (_hold, _braked) = (new double[n], new double[n]);
        _connections = driver.Connections;
    }

    /// <summary>Description of the robot.</summary>
    public RobotSpec Spec => _driver.Spec;

    /// <summary>The emergency stop that this link obeys.</summary>
    public EmergencyStop Stop { get; }

    /// <summary>State of the guard. Readable from any thread.</summary>
    public SafetyState State => (SafetyState)Volatile.Read(ref _state);

    /// <summary>True when the robot holds until an operator resumes. Readable from any thread.</summary>
    public bool NeedsResume => Volatile.Read(ref _needsResume);

    /// <summary>Transitions and warnings; one reader.</summary>
    public SafetyEvents Events { get; } = new();

    /// <summary>
    /// Nominal time between two commands. Rates count at most two of it: after a gap the robot does not catch up. Default: no such limit.
    /// </summary>
    public TimeSpan ServoPeriod { get; set; } = TimeSpan.MaxValue;

    /// <summary>Commands that a limit or a rate changed.</summary>
    public long LimitedCount { get; private set; }

    /// <summary>Commands refused because they were not finite.</summary>
    public long NotFiniteCount { get; private set; }

    /// <summary>Copies the newest joint state.</summary>
    public LinkStatus TryRead(RobotState into)
    {
        var status = _driver.TryRead(into);
        if (status == LinkStatus.Ok)
            _checks.Measured(into);
        return status;
    }

    /// <summary>Commands motion.</summary>
    /// <param name="now">The tick's time; rates are counted from the last write.</param>
    /// <param name="requested">[channels], SI.</param>
    /// <param name="applied">[channels], receives what was sent.</param>
    /// <returns>Held while the guard holds or stops the robot: what is followed next starts where it stands.</returns>
    public LinkStatus TryWrite(MonotonicTime now, ReadOnlySpan<double> requested, Span<double> applied)
    {
        TakeResume(now);
        if (Stop.IsLatched)
            return StopForEmergency(now, applied);
        if (State == SafetyState.EmergencyStopped)
            Hold(now, SafetyCause.EmergencyStopReleased, SafetyState.Holding, needsResume: true);
        if (_driver.Connections != _connections)
        {
            _connections = _driver.Connections;
            _checks.Reconnected(now);
            Hold(now, SafetyCause.Reconnected, SafetyState.Holding, needsResume: true);
        }

        if (State == SafetyState.Stopping)
            return Brake(now, applied);
        if (_needsResume)
            return SendHold(now, applied);
        if (!IsFinite(requested))
        {
            NotFiniteCount++;
            return HoldInstead(now, applied);
        }

        var seconds = Elapsed(now);
        if (_checks.Find(_driver, now, requested, _limiters, _hasLast) is { Cause: not SafetyCause.Command } failed)
            return StopFor(now, failed, applied);
        var limited = Limit(requested, seconds, applied);
        if (_checks.Warning is { } warning)
            Add(now, State, warning);
        var status = Send(now, seconds, requested, applied);
        if (status is LinkStatus.Ok && State != SafetyState.Active)
            Enter(now, SafetyState.Active, SafetyCause.Command);
        return status == LinkStatus.Ok && limited ? LinkStatus.Limited : status;
    }

    /// <summary>Brings the robot to rest by the device's own best means: for the loop that has no plan, and for its end.</summary>
    public LinkStatus TryStop()
    {
        if (State == SafetyState.Active)
            Enter(_lastAt, SafetyState.Holding, SafetyCause.StopRequested);
        return _driver.TryStop();
    }

    /// <summary>
    /// An operator's command: allows motion again after a fault, a failed check, a reconnect or an emergency stop. Takes effect with the
    /// next command. Thread-safe.
    /// </summary>
    public void Resume() => Interlocked.Exchange(ref _resumes, 1);

    /// <summary>Counts rates from this command and moment, as if it had been sent: when the robot stands there after a stop.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="standing">[channels], SI: measured positions, zero velocities and efforts.</param>
    public void StartFrom(MonotonicTime now, ReadOnlySpan<double> standing)
    {
        for (var i = 0; i < _limiters.Length; i++)
            _limiters[i].StartFrom(standing[i]);
        (_lastAt, _hasLast) = (now, true);
    }

    private static bool IsFinite(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
                return false;
        }

        return true;
    }

    private double Elapsed(MonotonicTime now)
    {
        var elapsed = (now.Nanoseconds - _lastAt.Nanoseconds) * 1e-9;
        return ServoPeriod == TimeSpan.MaxValue ? elapsed : Math.Min(elapsed, 2 * ServoPeriod.TotalSeconds);
    }

    private bool Limit(ReadOnlySpan<double> requested, double seconds, Span<double> applied)
    {
        var limited = false;
        for (var i = 0; i < requested.Length; i++)
        {
            var wanted = _checks.BacksOff(i) ? _checks.MeasuredAt(i) : requested[i];
            applied[i] = _hasLast ? _limiters[i].Limit(wanted, seconds, _checks.HealthScale) : _limiters[i].Clamp(wanted);
        }

        if (_hasLast)
            SlowDown(applied);
        for (var i = 0; i < requested.Length; i++)
            limited |= applied[i] != requested[i];
        if (limited)
            LimitedCount++;
        return limited;
    }

    /// <summary>Moves only a part of the way to the command where a check of the whole pose asks for less speed.</summary>
    private void SlowDown(Span<double> applied)
    {
        var scale = _checks.PoseScale(applied);
        if (scale >= 1)
            return;
        for (var i = 0; i < applied.Length; i++)
        {
            if (Spec.Channels[i].Mode == ActionMode.Position)
                applied[i] = _limiters[i].Last + (scale * (applied[i] - _limiters[i].Last));
            else
                applied[i] *= scale;
        }
    }

    private LinkStatus StopForEmergency(MonotonicTime now, Span<double> applied)
    {
        if (State != SafetyState.EmergencyStopped)
            Enter(now, SafetyState.EmergencyStopped, SafetyCause.EmergencyStop);
        _needsResume = true;
        CopyLast(applied);
        _driver.TryStop();
        return LinkStatus.EmergencyStopped;
    }

    private LinkStatus StopFor(MonotonicTime now, in CheckResult failed, Span<double> applied)
    {
        _needsResume = true;
        if (failed.Cause is SafetyCause.DeviceFault or SafetyCause.EmergencyStop)
        {
            Enter(now, failed.Cause == SafetyCause.DeviceFault ? SafetyState.Faulted : SafetyState.EmergencyStopped, in failed);
            if (failed.Cause == SafetyCause.EmergencyStop)
                Stop.Latch("the robot's own emergency stop is pressed");
            CopyLast(applied);
            _driver.TryStop();
            return LinkStatus.Fault;
        }

        Enter(now, SafetyState.Stopping, in failed);
        return Brake(now, applied);
    }

    private LinkStatus Brake(MonotonicTime now, Span<double> applied)
    {
        var (seconds, atRest) = (Elapsed(now), true);
        for (var i = 0; i < applied.Length; i++)
            atRest &= _limiters[i].Brake(seconds, out applied[i]);
        applied.CopyTo(_braked);
        var status = Send(now, seconds, _braked, applied);
        if (atRest)
            Hold(now, SafetyCause.AtRest, SafetyState.Holding, needsResume: true);
        return status == LinkStatus.Ok ? LinkStatus.Held : status;
    }

    private void Hold(MonotonicTime now, SafetyCause cause, SafetyState state, bool needsResume)
    {
        _needsResume = needsResume;
        _hasHold = false;
        Enter(now, state, cause);
    }

    /// <summary>Goal := measured, once; then the same goal again in every tick, for the device's watchdog.</summary>
    private LinkStatus SendHold(MonotonicTime now, Span<double> applied)
    {
        if (!_hasHold)
        {
            // Until the robot has been measured anew only the device itself knows where it stands.
            if (!_checks.HasMeasured)
                return _driver.TryStop() is LinkStatus.Ok ? LinkStatus.Held : LinkStatus.Disconnected;
            for (var i = 0; i < _hold.Length; i++)
            {
                var channel = Spec.Channels[i];
                _hold[i] = channel.Mode != ActionMode.Position ? Math.Clamp(channel.RestingCommand, _limiters[i].Low, _limiters[i].High)
                    : _checks.MeasuredAt(i);
            }

            _hasHold = true;
        }

        _hold.CopyTo(applied);
        var status = Write(now, applied);
        if (status != LinkStatus.Ok)
            return status;
        StartFrom(now, applied);
        return LinkStatus.Held;
    }

    private void TakeResume(MonotonicTime now)
    {
        if (Interlocked.Exchange(ref _resumes, 0) == 0 || !_needsResume || Stop.IsLatched)
            return;
        // The next hold, whatever its cause, is measured anew.
        (_needsResume, _hasHold) = (false, false);
        _checks.Restart();
        Enter(now, SafetyState.Holding, SafetyCause.Resumed);
    }

    private LinkStatus HoldInstead(MonotonicTime now, Span<double> applied)
    {
        // Holding means the last position; a velocity or an effort is held at zero, or at what it started with.
        for (var i = 0; i < applied.Length; i++)
        {
            var channel = Spec.Channels[i];
            applied[i] = channel.Mode == ActionMode.Position
                ? _limiters[i].Last
                : Math.Clamp(channel.RestingCommand, _limiters[i].Low, _limiters[i].High);
        }

        applied.CopyTo(_braked);
        var status = _hasLast ? Send(now, Elapsed(now), _braked, applied) : _driver.TryStop();
        return status == LinkStatus.Ok ? LinkStatus.NotFinite : status;
    }

    private LinkStatus Send(MonotonicTime now, double seconds, ReadOnlySpan<double> requested, ReadOnlySpan<double> applied)
    {
        var status = Write(now, applied);
        if (status != LinkStatus.Ok)
            return status;
        for (var i = 0; i < applied.Length; i++)
        {
            if (_hasLast)
                _limiters[i].Sent(applied[i], seconds, requested[i]);
            else
                _limiters[i].StartFrom(applied[i]);
        }

        (_lastAt, _hasLast) = (now, true);
        return status;
    }

    private LinkStatus Write(MonotonicTime now, ReadOnlySpan<double> applied)
    {
        var status = _driver.TryWrite(applied);
        if (status == LinkStatus.Disconnected)
            Enter(now, SafetyState.Disconnected, SafetyCause.ConnectionLost);
        if (status != LinkStatus.Fault)
            return status;
        _needsResume = true;
        Enter(now, SafetyState.Faulted, SafetyCause.DeviceFault);
        return status;
    }

    private void CopyLast(Span<double> applied)
    {
        for (var i = 0; i < applied.Length; i++)
            applied[i] = _limiters[i].Last;
    }

    private void Enter(MonotonicTime now, SafetyState to, SafetyCause cause) =>
        Enter(now, to, new CheckResult(cause, -1, double.NaN, double.NaN));

    private void Enter(MonotonicTime now, SafetyState to, in CheckResult because)
    {
        if (State != to)
            Add(now, to, in because);
        Volatile.Write(ref _state, (int)to);
    }

    private void Add(MonotonicTime now, SafetyState to, in CheckResult because) =>
        Events.Add(new SafetyEvent(now, State, to, because.Cause, because.Index, because.Value, because.Limit));
}
