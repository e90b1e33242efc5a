namespace Robotics.Core.Time;

/// <summary>
/// Maps the clock of a device or of another machine to the run's time, from pairs of a remote stamp and its arrival. The fastest
/// messages tell the offset and the drift (minimum-delay filtering); an exchange with a round trip bounds the offset from both
/// sides. A better estimate is taken over slowly; a jump of the remote clock starts the map anew and is counted. Not thread-safe;
/// does not allocate after construction; safe on the tick path.
/// </summary>
public sealed class ClockMap
{
    private readonly LowerEnvelope _arrivals;
    private readonly LowerEnvelope _departures;
    private readonly long _minimumDelay;
    private readonly double _maximumSlew;
    private readonly long _settling;
    private readonly long _jumpThreshold;
    private readonly long _jumpConfirmation;
    private bool _hasPair;
    private long _base;
    private long _firstAt;
    private long _newestRemote;
    private long _lateSince = long.MaxValue;

    // Offsets count from the first pair's: a double holds the offset of a UTC clock to no better than 256 ns.
    private double _offset;
    private double _slope;
    private double _target;
    private long _offsetAt;

    /// <summary>Creates a map that knows nothing yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public ClockMap(ClockMapOptions? options = null)
    {
        options ??= new ClockMapOptions();
        options.Validate();
        _arrivals = new LowerEnvelope(options.MaximumDriftPpm * 1e-6);
        _departures = new LowerEnvelope(options.MaximumDriftPpm * 1e-6);
        _minimumDelay = options.MinimumDelay.Ticks * 100;
        _maximumSlew = options.MaximumSlewPpm * 1e-6;
        _settling = options.Settling.Ticks * 100;
        _jumpThreshold = options.JumpThreshold.Ticks * 100;
        _jumpConfirmation = options.JumpConfirmation.Ticks * 100;
    }

    /// <summary>True once a pair was observed.</summary>
    public bool IsReady => _hasPair;

    /// <summary>Run's time minus remote time, s, at the newest pair.</summary>
    public double OffsetSeconds => (_base + _offset) * 1e-9;

    /// <summary>Rate of the remote clock against the run's, ppm: positive when the remote clock is fast.</summary>
    public double DriftPpm => -_slope * 1e6;

    /// <summary>
    /// Uncertainty of mapped times, s: half the gap between the bounds of exchanges, or without exchanges the scatter of the shortest
    /// delays, plus what is still to be slewed; +∞ before the first pair. Without exchanges the shortest delay itself stays unknown.
    /// </summary>
    public double UncertaintySeconds
    {
        get
        {
            if (!_hasPair)
                return double.PositiveInfinity;
            var spread = _departures.Count > 0
                ? Math.Max(0, (_arrivals.At(_offsetAt) + _departures.At(_offsetAt)) / 2)
                : _arrivals.MeanResidual;
            return (spread + Math.Abs(_target - _offset)) * 1e-9;
        }
    }

    /// <summary>Jumps of the remote clock so far.</summary>
    public long Jumps { get; private set; }

    /// <summary>Size of the last jump, s: positive when the remote clock was set forward; 0 before the first.</summary>
    public double LastJumpSeconds { get; private set; }

    /// <summary>Adds a pair and maps its stamp.</summary>
    /// <param name="remoteNanoseconds">The remote stamp, ns since any origin.</param>
    /// <param name="arrivedAt">Arrival of the stamp here.</param>
    /// <returns>The stamp in the run's time, at most <paramref name="arrivedAt"/>.</returns>
    public MonotonicTime Observe(long remoteNanoseconds, MonotonicTime arrivedAt)
    {
        Prepare(remoteNanoseconds, arrivedAt.Nanoseconds);
        _arrivals.Add(arrivedAt.Nanoseconds, arrivedAt.Nanoseconds - remoteNanoseconds - _base);
        Update(arrivedAt.Nanoseconds);
        return Earlier(ToMonotonic(remoteNanoseconds), arrivedAt);
    }

    /// <summary>Adds an exchange and maps its stamp.</summary>
    /// <param name="sentAt">Time at which the request left here.</param>
    /// <param name="remoteNanoseconds">The stamp made on the other side between request and reply, ns since any origin.</param>
    /// <param name="arrivedAt">Arrival of the reply here.</param>
    /// <returns>The stamp in the run's time, at most <paramref name="arrivedAt"/>.</returns>
    public MonotonicTime ObserveExchange(MonotonicTime sentAt, long remoteNanoseconds, MonotonicTime arrivedAt)
    {
        Prepare(remoteNanoseconds, arrivedAt.Nanoseconds);
        _arrivals.Add(arrivedAt.Nanoseconds, arrivedAt.Nanoseconds - remoteNanoseconds - _base);
        _departures.Add(arrivedAt.Nanoseconds, remoteNanoseconds + _base - sentAt.Nanoseconds);
        Update(arrivedAt.Nanoseconds);
        return Earlier(ToMonotonic(remoteNanoseconds), arrivedAt);
    }

    /// <summary>A remote stamp in the run's time. Only once <see cref="IsReady"/>.</summary>
    public MonotonicTime ToMonotonic(long remoteNanoseconds)
    {
        var mapped = remoteNanoseconds + _base + (long)Math.Round(_offset);
        return new MonotonicTime(mapped + (long)Math.Round(_slope * (mapped - _offsetAt)));
    }

    private static MonotonicTime Earlier(MonotonicTime a, MonotonicTime b) => a < b ? a : b;

    private void Prepare(long remote, long at)
    {
        if (_hasPair && JumpOf(remote, at) is var jump and not 0)
        {
            (Jumps, LastJumpSeconds, _hasPair) = (Jumps + 1, jump * 1e-9, false);
            _arrivals.Clear();
            _departures.Clear();
        }

        _newestRemote = remote;
        if (_hasPair)
            return;
        (_hasPair, _base, _firstAt, _lateSince) = (true, at - remote, at, long.MaxValue);
        (_offset, _slope, _offsetAt) = (0, 0, at);
    }

    /// <summary>Change of the remote clock that this pair proves, ns; 0 without a jump.</summary>
    private double JumpOf(long remote, long at)
    {
        var excess = at - remote - _base - _arrivals.At(at);
        if (excess < -_jumpThreshold)
            return -excess; // No message arrives before it was sent: the clock was set forward.
        if (excess <= _jumpThreshold)
        {
            _lateSince = long.MaxValue;
            return 0;
        }

        // Late, or set back: stamps that run backwards prove it at once, a delay that never ends proves it after a while.
        _lateSince = Math.Min(_lateSince, at);
        return remote < _newestRemote - _jumpThreshold || at - _lateSince >= _jumpConfirmation ? -excess : 0;
    }

    private void Update(long at)
    {
        var (arrivals, slope) = (_arrivals.At(at), _arrivals.Slope);
        _target = _departures.Count > 0 ? (arrivals - _departures.At(at)) / 2 : arrivals - _minimumDelay;
        if (_departures.Count > 0)
            slope = (slope - _departures.Slope) / 2;
        var elapsed = at - _offsetAt;
        var predicted = _offset + (_slope * elapsed);
        var room = at - _firstAt <= _settling ? double.PositiveInfinity : _maximumSlew * Math.Max(0, elapsed);
        (_offset, _slope, _offsetAt) = (predicted + Math.Clamp(_target - predicted, -room, room), slope, at);
    }
}
