using Robotics.Core.Time;

namespace Robotics.StateEstimation.Streams;

/// <summary>
/// Judges the samples of one stream: format, numbers, capture times, repetition. Used by one thread; does not allocate; safe on the
/// tick path.
/// </summary>
internal sealed class StreamMonitor(AssemblyOptions options)
{
    private DelayEstimate _settling;
    private DelayEstimate _delay;
    private int _settled;
    private bool _rebased;
    private int _repeats;
    private ulong _fingerprint;
    private long _sequence = long.MinValue;

    /// <summary>Fault of the newest sample.</summary>
    public StreamFault Fault { get; private set; }

    /// <summary>Capture time of the last good sample.</summary>
    public MonotonicTime LastGood { get; private set; }

    /// <summary>Samples taken in.</summary>
    public long Good { get; private set; }

    /// <summary>Samples refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Samples missing in the sequence.</summary>
    public long Gaps { get; private set; }

    /// <summary>Time from capture to arrival.</summary>
    public DelayEstimate Delay => _delay;

    /// <summary>Returns true when a sample may be used; otherwise records the fault.</summary>
    public bool Accept(SourceStatus status, in SampleStamp stamp, ReadOnlySpan<float> values)
    {
        Count(stamp.Sequence);
        Fault = Classify(status, stamp, values);
        if (Fault != StreamFault.None)
        {
            Refused++;
            return false;
        }

        _delay.Add(Seconds(stamp));
        Good++;
        LastGood = Good == 1 || _rebased || stamp.CapturedAt > LastGood ? stamp.CapturedAt : LastGood;
        _rebased = false;
        return true;
    }

    /// <summary>Age of the last good sample.</summary>
    public double Age(MonotonicTime now) => Good == 0 ? double.PositiveInfinity : (now.Nanoseconds - LastGood.Nanoseconds) * 1e-9;

    private StreamFault Classify(SourceStatus status, in SampleStamp stamp, ReadOnlySpan<float> values)
    {
        if (status == SourceStatus.WrongFormat)
            return StreamFault.WrongFormat;
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                return StreamFault.NotFinite;
        }

        if (!IsTimely(Seconds(stamp)))
            return StreamFault.TimeJump;
        return IsFrozen(stamp.Fingerprint) ? StreamFault.Frozen : StreamFault.None;
    }

    /// <summary>
    /// A sample cannot arrive before it was captured, and its delay does not leap; after a leap that lasts, the new delay is
    /// believed.
    /// </summary>
    private bool IsTimely(double delay)
    {
        var possible = delay >= -options.JumpSeconds;
        if (possible && (!_delay.IsKnown || Math.Abs(delay - _delay.MeanSeconds) <= options.JumpSeconds))
        {
            _settled = 0;
            return true;
        }

        var agrees = _settled > 0 && Math.Abs(delay - _settling.MeanSeconds) <= options.JumpSeconds;
        if (!possible || !agrees)
            (_settled, _settling) = (0, default);
        if (!possible)
            return false;
        _settling.Add(delay);
        if (++_settled < options.SettledAfter)
            return false;
        (_delay, _settled) = (_settling, 0);
        _rebased = true;
        return true;
    }

    private bool IsFrozen(ulong fingerprint)
    {
        _repeats = fingerprint != 0 && fingerprint == _fingerprint ? _repeats + 1 : 0;
        _fingerprint = fingerprint;
        return _repeats + 1 >= options.FrozenAfter;
    }

    private void Count(long sequence)
    {
        if (_sequence != long.MinValue && sequence > _sequence + 1)
            Gaps += sequence - _sequence - 1;
        _sequence = sequence;
    }

    private static double Seconds(in SampleStamp stamp) => (stamp.ReceivedAt.Nanoseconds - stamp.CapturedAt.Nanoseconds) * 1e-9;
}
