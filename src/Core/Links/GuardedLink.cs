using Robotics.Core.Spaces;
using Robotics.Core.Time;

namespace Robotics.Core.Links;

/// <summary>
/// The one path before the wire: finite check → limits → rates → emergency stop → driver. Loop, teleoperation and console all
/// go through it. Used by one thread at a time; does not allocate, never throws, safe on the tick path.
/// </summary>
public sealed class GuardedLink
{
    private readonly RobotDriver _driver;
    private readonly double[] _low;
    private readonly double[] _high;
    private readonly double[] _rate;
    private readonly double[] _last;
    private MonotonicTime _lastAt;
    private bool _hasLast;

    internal GuardedLink(RobotDriver driver, GuardOptions options, EmergencyStop stop)
    {
        _driver = driver;
        Stop = stop;
        var n = driver.Spec.Channels.Count;
        _low = [.. Enumerable.Range(0, n).Select(i => options.LowOf(driver.Spec, i))];
        _high = [.. Enumerable.Range(0, n).Select(i => options.HighOf(driver.Spec, i))];
        _rate = [.. Enumerable.Range(0, n).Select(options.RateOf)];
        _last = new double[n];
    }

    /// <summary>Description of the robot.</summary>
    public RobotSpec Spec => _driver.Spec;

    /// <summary>The emergency stop that this link obeys.</summary>
    public EmergencyStop Stop { get; }

    /// <summary>Commands that a limit or a rate changed.</summary>
    public long LimitedCount { get; private set; }

    /// <summary>Commands refused because they were not finite.</summary>
    public long NotFiniteCount { get; private set; }

    /// <summary>Copies the newest joint state.</summary>
    public LinkStatus TryRead(RobotState into) => _driver.TryRead(into);

    /// <summary>Commands motion.</summary>
    /// <param name="now">The tick's time; rates are counted from the last write.</param>
    /// <param name="requested">[channels], SI.</param>
    /// <param name="applied">[channels], receives what was sent.</param>
    public LinkStatus TryWrite(MonotonicTime now, ReadOnlySpan<double> requested, Span<double> applied)
    {
        if (Stop.IsLatched)
        {
            _last.CopyTo(applied);
            _driver.TryStop();
            return LinkStatus.EmergencyStopped;
        }

        foreach (var value in requested)
        {
            if (double.IsFinite(value))
                continue;
            NotFiniteCount++;
            return HoldInstead(now, applied);
        }

        var limited = Limit(now, requested, applied);
        var status = Send(now, applied);
        return status == LinkStatus.Ok && limited ? LinkStatus.Limited : status;
    }

    /// <summary>Brings the robot to rest.</summary>
    public LinkStatus TryStop() => _driver.TryStop();

    /// <summary>Counts rates from this command and moment, as if it had been sent: when the robot stands there after a stop.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="standing">[channels], SI: measured positions, zero velocities and efforts.</param>
    public void StartFrom(MonotonicTime now, ReadOnlySpan<double> standing)
    {
        standing.CopyTo(_last);
        (_lastAt, _hasLast) = (now, true);
    }

    private bool Limit(MonotonicTime now, ReadOnlySpan<double> requested, Span<double> applied)
    {
        var elapsed = (now.Nanoseconds - _lastAt.Nanoseconds) * 1e-9;
        var limited = false;
        for (var i = 0; i < requested.Length; i++)
        {
            var value = Math.Clamp(requested[i], _low[i], _high[i]);
            if (_hasLast && _rate[i] < double.PositiveInfinity)
            {
                var step = _rate[i] * elapsed;
                value = Math.Clamp(value, _last[i] - step, _last[i] + step);
            }

            limited |= value != requested[i];
            applied[i] = value;
        }

        if (limited)
            LimitedCount++;
        return limited;
    }

    private LinkStatus HoldInstead(MonotonicTime now, Span<double> applied)
    {
        // Holding means the last position; a velocity or an effort is held at zero, or at what it started with.
        for (var i = 0; i < applied.Length; i++)
        {
            var channel = Spec.Channels[i];
            applied[i] = channel.Mode == ActionMode.Position ? _last[i] : Math.Clamp(channel.RestingCommand, _low[i], _high[i]);
        }

        var status = _hasLast ? Send(now, applied) : _driver.TryStop();
        return status == LinkStatus.Ok ? LinkStatus.NotFinite : status;
    }

    private LinkStatus Send(MonotonicTime now, ReadOnlySpan<double> applied)
    {
        var status = _driver.TryWrite(applied);
        if (status == LinkStatus.Ok)
        {
            applied.CopyTo(_last);
            _lastAt = now;
            _hasLast = true;
        }

        return status;
    }
}
