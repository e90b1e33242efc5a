using Robotics.Core.Threading;
using Robotics.Core.Time;

namespace Robotics.Controller.Loops;

/// <summary>
/// A list of stages run on absolute deadlines: due times lie on a fixed grid, so a late tick does not move the next. A tick that
/// cannot start before its successor is due is missed: it is skipped, and counted by cause. Against the wall clock and in lock
/// step alike, depending on the pacer. One thread runs it; timings may be read from any thread; ticks do not allocate.
/// </summary>
public sealed class TickLoop
{
    private readonly IPacer _pacer;
    private readonly ITickStage[] _stages;
    private readonly LatencyHistogram[] _durations;
    private readonly long[] _overruns;
    private readonly LatencyHistogram _lateness = new();
    private readonly LatencyHistogram _total = new();
    private readonly long _periodNanoseconds;
    private long _index;
    private long _ticks;
    private long _missedByWaking;
    private long _missedByOverrun;
    private long _runNanoseconds;
    private MonotonicTime _lastStart;
    private bool _started;

    /// <summary>Creates a loop; nothing runs yet.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="period">From one tick to the next.</param>
    /// <param name="pacer">Whose time it keeps.</param>
    /// <param name="stages">Stages of each tick, in order.</param>
    public TickLoop(string name, TimeSpan period, IPacer pacer, IReadOnlyList<ITickStage> stages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        (Name, Period, _pacer, _stages) = (name, period, pacer, [.. stages]);
        _durations = [.. _stages.Select(_ => new LatencyHistogram())];
        _overruns = new long[_stages.Length];
        _periodNanoseconds = period.Ticks * 100;
    }

    /// <summary>The loop's name.</summary>
    public string Name { get; }

    /// <summary>From one tick to the next.</summary>
    public TimeSpan Period { get; }

    /// <summary>From due to start of every tick.</summary>
    public LatencyHistogram Lateness => _lateness;

    /// <summary>From start to end of every tick.</summary>
    public LatencyHistogram Durations => _total;

    /// <summary>Scheduled time of the next tick.</summary>
    public MonotonicTime NextDue { get; private set; }

    /// <summary>Sets the grid: the first tick is due then. Counts and timings go on; so an episode can start anew.</summary>
    public void StartAt(MonotonicTime first)
    {
        (NextDue, _index, _started, _lastStart) = (first, 0, true, first);
    }

    /// <summary>Runs until it is stopped; the first tick is due at once unless <see cref="StartAt"/> was called.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            RunTick();
    }

    /// <summary>Waits for the next tick and runs it.</summary>
    public void RunTick()
    {
        if (!_started)
            StartAt(_pacer.Clock.Now);
        _pacer.WaitUntil(NextDue);
        var tick = BeginTick(_pacer.Clock.Now);
        var longest = 0;
        long longestNanoseconds = -1;
        var from = tick.StartedAt;
        for (var i = 0; i < _stages.Length; i++)
        {
            _stages[i].Run(in tick);
            var to = _pacer.Clock.Now;
            var spent = to.Nanoseconds - from.Nanoseconds;
            _durations[i].Record(spent);
            if (spent > longestNanoseconds)
                (longest, longestNanoseconds) = (i, spent);
            from = to;
        }

        EndTick(in tick, from, longest);
    }

    /// <summary>The timings so far. Allocates: for reports, from any thread.</summary>
    public LoopTimings Snapshot()
    {
        var seconds = Volatile.Read(ref _runNanoseconds) * 1e-9;
        var ticks = Volatile.Read(ref _ticks);
        return new LoopTimings(
            Name,
            1 / Period.TotalSeconds,
            seconds > 0 ? (ticks - 1) / seconds : 0,
            ticks,
            Volatile.Read(ref _missedByWaking),
            Volatile.Read(ref _missedByOverrun),
            LatencySummary.From(_lateness),
            LatencySummary.From(_total),
            [.. _stages.Select((s, i) => new StageTimings(s.Name, LatencySummary.From(_durations[i]), Volatile.Read(ref _overruns[i])))]);
    }

    private Tick BeginTick(MonotonicTime now)
    {
        _lateness.Record(now.Nanoseconds - NextDue.Nanoseconds);
        var missed = WholePeriods(NextDue, now);
        Skip(missed);
        _missedByWaking += missed;
        if (_ticks > 0)
            Volatile.Write(ref _runNanoseconds, _runNanoseconds + (now.Nanoseconds - _lastStart.Nanoseconds));
        _lastStart = now;
        return new Tick(_index, NextDue, now, Period);
    }

    private void EndTick(in Tick tick, MonotonicTime now, int longestStage)
    {
        _total.Record(now.Nanoseconds - tick.StartedAt.Nanoseconds);
        Volatile.Write(ref _ticks, _ticks + 1);
        Skip(1);
        var missed = WholePeriods(NextDue, now);
        Skip(missed);
        _missedByOverrun += missed;
        if (missed > 0)
            _overruns[longestStage] += missed;
    }

    private void Skip(long periods)
    {
        _index += periods;
        NextDue = new MonotonicTime(NextDue.Nanoseconds + (periods * _periodNanoseconds));
    }

    private long WholePeriods(MonotonicTime from, MonotonicTime to) =>
        Math.Max(0, (to.Nanoseconds - from.Nanoseconds) / _periodNanoseconds);
}
