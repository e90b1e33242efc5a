using Robotics.Core.Spaces;
using Robotics.Core.Time;

namespace Robotics.Core.Links;

/// <summary>Result of the guard's checks. Immutable.</summary>
/// <param name="Cause">Cause of the stop; <see cref="SafetyCause.Command"/> when nothing failed.</param>
/// <param name="Index">Channel or joint; −1 where none is meant.</param>
/// <param name="Value">Value that was compared.</param>
/// <param name="Limit">Limit that it was compared with.</param>
internal readonly record struct CheckResult(SafetyCause Cause, int Index, double Value, double Limit)
{
    public static CheckResult Passed { get; } = new(SafetyCause.Command, -1, double.NaN, double.NaN);
}

/// <summary>
/// The guard's checks of state and command, other than limits: device, motors' condition, command jump, tracking error, stalled grippers,
/// whole poses. Used by the guard's thread; does not allocate after construction.
/// </summary>
internal sealed class GuardChecks
{
    private readonly RobotSpec _spec;
    private readonly GuardOptions _options;
    private readonly HealthMonitor _monitor;
    private readonly DeviceHealth _health;
    private readonly double[] _measured;
    private readonly double[] _speeds;
    private readonly double[] _commanded;
    private readonly MonotonicTime?[] _trackingSince;
    private readonly MonotonicTime?[] _stalledSince;
    private readonly bool[] _backsOff;
    private MonotonicTime _healthAt;
    private MonotonicTime _notBefore = new(long.MinValue);
    private SafetyCause _warned = SafetyCause.Command;
    private SafetyCause _near = SafetyCause.Command;

    public GuardChecks(RobotSpec spec, GuardOptions options)
    {
        (_spec, _options) = (spec, options);
        var (joints, channels) = (spec.Joints.Count, spec.Channels.Count);
        _monitor = new HealthMonitor(options.Health, joints);
        _health = new DeviceHealth(joints);
        (_measured, _speeds, _commanded) = (new double[joints], new double[joints], new double[joints]);
        (_trackingSince, _stalledSince, _backsOff) = (new MonotonicTime?[channels], new MonotonicTime?[channels], new bool[channels]);
    }

    /// <summary>True once a state has been read.</summary>
    public bool HasMeasured { get; private set; }

    /// <summary>Factor on the maximum speed that the motors' condition allows.</summary>
    public double HealthScale { get; private set; } = 1;

    /// <summary>A warning that is due with this tick; null without one.</summary>
    public CheckResult? Warning { get; private set; }

    /// <summary>Measured position of a channel's joint; 0 when it drives no single joint.</summary>
    public double MeasuredAt(int channel) => _spec.Channels[channel].JointIndex is >= 0 and var joint ? _measured[joint] : 0;

    /// <summary>True while a gripper's command is replaced by its measured position.</summary>
    public bool BacksOff(int channel) => _backsOff[channel];

    /// <summary>Takes a newly read state; one that was captured before a reconnect is ignored.</summary>
    public void Measured(RobotState state)
    {
        if (state.CapturedAt < _notBefore)
            return;
        state.Positions.CopyTo(_measured, 0);
        state.Velocities.CopyTo(_speeds, 0);
        HasMeasured = true;
    }

    /// <summary>Forgets the measured state: the robot may have moved while it was away.</summary>
    public void Reconnected(MonotonicTime now)
    {
        (HasMeasured, _notBefore) = (false, now);
        Restart();
    }

    /// <summary>Forgets what the checks have seen, so that the motors' condition is judged anew: after a reconnect or a resume.</summary>
    public void Restart()
    {
        _healthAt = default;
        Array.Clear(_trackingSince);
        Array.Clear(_stalledSince);
        Array.Clear(_backsOff);
        (_warned, _near) = (SafetyCause.Command, SafetyCause.Command);
    }

    /// <summary>The first check that fails.</summary>
    public CheckResult Find(
        RobotDriver driver, MonotonicTime now, ReadOnlySpan<double> requested, MotionLimiter[] limiters, bool hasLast)
    {
        Warning = null;
        if (JudgeHealth(driver) is { Cause: not SafetyCause.Command } unwell)
            return unwell;
        if (!HasMeasured)
            return CheckResult.Passed;
        for (var i = 0; i < requested.Length; i++)
        {
            if (_spec.Channels[i] is not { Mode: ActionMode.Position, JointIndex: >= 0 and var joint })
                continue;
            var jump = Math.Abs(requested[i] - _measured[joint]);
            if (jump > _options.JumpOf(i))
                return new CheckResult(SafetyCause.CommandJump, i, jump, _options.JumpOf(i));
            if (!hasLast)
                continue;
            var error = Math.Abs(limiters[i].Last - _measured[joint]);
            if (_options.Grippers is { } grippers && grippers[i])
                WatchGripper(i, now, requested[i], error);
            else if (Lasts(ref _trackingSince[i], error > _options.TrackingErrorOf(i), now, _options.TrackingSeconds))
                return new CheckResult(SafetyCause.TrackingError, i, error, _options.TrackingErrorOf(i));
        }

        return CheckResult.Passed;
    }

    /// <summary>Smallest factor on the speed over all checks of whole poses.</summary>
    public double PoseScale(ReadOnlySpan<double> applied)
    {
        if (_options.Monitors.Count == 0 || !HasMeasured)
            return 1;
        _measured.CopyTo(_commanded, 0);
        for (var i = 0; i < applied.Length; i++)
        {
            if (_spec.Channels[i] is { Mode: ActionMode.Position, JointIndex: >= 0 and var joint })
                _commanded[joint] = applied[i];
        }

        var scale = 1.0;
        var nearest = SafetyCause.Command;
        for (var i = 0; i < _options.Monitors.Count; i++)
        {
            var monitor = _options.Monitors[i];
            var factor = monitor.SpeedScale(_measured, _commanded, out var value, out var limit);
            if (factor >= scale)
                continue;
            (scale, nearest) = (factor, monitor.Cause);
            if (_near != nearest)
                Warning ??= new CheckResult(nearest, -1, value, limit);
        }

        _near = nearest;
        return scale;
    }

    private static bool Lasts(ref MonotonicTime? since, bool holds, MonotonicTime now, double seconds)
    {
        if (!holds)
        {
            since = null;
            return false;
        }

        since ??= now;
        return (now - since.Value).TotalSeconds >= seconds;
    }

    private CheckResult JudgeHealth(RobotDriver driver)
    {
        if (!driver.TryReadHealth(_health) || _health.At == _healthAt)
            return CheckResult.Passed;
        _healthAt = _health.At;
        if (_health.IsEmergencyStopped)
            return new CheckResult(SafetyCause.EmergencyStop, -1, double.NaN, double.NaN);
        if (_health.IsFaulted)
            return new CheckResult(SafetyCause.DeviceFault, FaultyJoint(), double.NaN, double.NaN);
        var verdict = _monitor.Judge(_health);
        HealthScale = verdict.Scale > 0 ? verdict.Scale : 1;
        var result = new CheckResult(verdict.Cause, verdict.Joint, verdict.Value, verdict.Limit);
        if (verdict.Scale <= 0)
            return result;
        if (verdict.IsWarning && _warned != verdict.Cause)
            Warning = result;
        _warned = verdict.IsWarning ? verdict.Cause : SafetyCause.Command;
        return CheckResult.Passed;
    }

    private int FaultyJoint()
    {
        for (var i = 0; i < _health.ErrorBits.Length; i++)
        {
            if (_health.ErrorBits[i] != 0)
                return i;
        }

        return -1;
    }

    private void WatchGripper(int channel, MonotonicTime now, double requested, double error)
    {
        var joint = _spec.Channels[channel].JointIndex;
        if (_backsOff[channel])
        {
            // It backs off until it is asked to move the other way, or to where it stands.
            var measured = _measured[joint];
            _backsOff[channel] = Math.Abs(requested - measured) > _options.TrackingErrorOf(channel);
            return;
        }

        var isStalled = error > _options.TrackingErrorOf(channel) && Math.Abs(_speeds[joint]) < 0.05;
        if (!Lasts(ref _stalledSince[channel], isStalled, now, _options.GripperStallSeconds))
            return;
        _backsOff[channel] = true;
        Warning = new CheckResult(SafetyCause.GripperStall, channel, error, _options.TrackingErrorOf(channel));
    }
}
