using Robotics.Core.Beliefs;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;

namespace Robotics.Controller.Loops;

/// <summary>
/// The slow loop: observe, estimate, plan. A plan is made for the moment from which it is valid: the belief is first predicted over
/// the actions that are committed until then. Any estimator fits, behind a tracker that knows how to treat what comes late. Run
/// <see cref="Loop"/> on one thread; counters and timings may be read from anywhere.
/// </summary>
public sealed class ControlLoop
{
    private const long MaximumPredictedPeriods = 10;
    private readonly ControlParts _parts;
    private readonly ControlOptions _options;
    private readonly CommittedActions _committed;
    private readonly float[] _observation;
    private readonly Belief _forecast;
    private readonly double _periodSeconds;
    private LinkStatus _status = LinkStatus.Disconnected;
    private MonotonicTime _capturedAt;
    private MonotonicTime _receivedAt;
    private MonotonicTime _lastNews;
    private MonotonicTime _startedAt = new(long.MinValue);
    private bool _hasBelief;
    private long _unobservedInARow;
    private long _plans;
    private RandomKey _key;
    private ulong _firstDecision;

    /// <summary>Creates the loop.</summary>
    /// <param name="parts">Components.</param>
    /// <param name="options">Options.</param>
    /// <param name="further">Stages after planning, for example a recorder; they may read <see cref="Belief"/> and
    /// <see cref="Observation"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="UserErrorException">The options do not fit together.</exception>
    public ControlLoop(ControlParts parts, ControlOptions options, params IReadOnlyList<ITickStage> further)
    {
        options.Validate();
        (_parts, _options, _key) = (parts, options, parts.Key);
        var shape = parts.Plans.Draft;
        _committed = new CommittedActions(shape.HorizonCapacity, shape.ActionDimension);
        _observation = new float[parts.Observations.Dimension];
        _forecast = parts.Tracker.CreateBelief();
        _periodSeconds = options.Period.TotalSeconds;
        Loop = new TickLoop(
            "control", options.Period, parts.Pacer,
            [new DelegateStage("observe", Observe), new DelegateStage("estimate", Estimate), new DelegateStage("plan", Plan), .. further]);
    }

    /// <summary>The loop, to be run on a thread or in lock-step.</summary>
    public TickLoop Loop { get; }

    /// <summary>Event counts.</summary>
    public ControlCounters Counters { get; } = new();

    /// <summary>The belief at the tick in progress: for further stages of this loop.</summary>
    public Belief Belief => _parts.Tracker.Current;

    /// <summary>The task's observation at the tick in progress, if there was one: for further stages of this loop.</summary>
    public ReadOnlySpan<float> Observation => _status is LinkStatus.Ok or LinkStatus.Stale ? _observation : [];

    /// <summary>Status of the decision of the tick in progress; null when there was none. For further stages, and in lock-step.</summary>
    public PlanStatus? Decision { get; private set; }

    /// <summary>Starts an episode: what was captured before is not believed. For the loop's thread, between ticks.</summary>
    /// <param name="key">The randomness of the episode's decisions: each uses a key derived from it by the decision's number.</param>
    /// <param name="firstDecision">The number of the first decision. Default: 0.</param>
    public void Restart(RandomKey key, ulong firstDecision = 0)
    {
        (_key, _firstDecision) = (key, firstDecision);
        Decision = null;
        _startedAt = _parts.Pacer.Clock.Now;
        _hasBelief = false;
        _unobservedInARow = 0;
        _committed.Reset();
        _parts.Planner.Reset();
    }

    private void Observe(in Tick tick)
    {
        var report = _parts.Reports.Latest();
        var isFresh = report.Sequence > 0 && tick.StartedAt - report.State.ReceivedAt <= _options.ObservationTimeout;
        _status = isFresh ? _parts.Observations.TryObserve(tick.StartedAt, report.State, _observation) : LinkStatus.Disconnected;
        (_capturedAt, _receivedAt) = (report.State.CapturedAt, report.State.ReceivedAt);
    }

    private void Estimate(in Tick tick)
    {
        if (_hasBelief)
            AdvanceTo(tick.Due);
        else
            _parts.Tracker.Restart(tick.Due, _startedAt);

        // Values that are not finite are passed on too: the stream's report then counts them.
        var isShown = _status == LinkStatus.NotFinite || !Observation.IsEmpty;
        var hasNews = _parts.Tracker.Gather(isShown ? _observation : [], _capturedAt, _receivedAt);
        _hasBelief |= hasNews;
        _lastNews = hasNews ? tick.StartedAt : _lastNews;
        CountNews(hasNews || (!Observation.IsEmpty && _hasBelief && tick.StartedAt - _lastNews <= _options.ObservationTimeout));
    }

    private void CountNews(bool isSeeing)
    {
        _unobservedInARow = isSeeing ? 0 : _unobservedInARow + 1;
        if (isSeeing)
            Counters.Observed++;
        else
            Counters.Unobserved++;
    }

    private void Plan(in Tick tick)
    {
        Decision = null;
        if (!_hasBelief || _unobservedInARow > _options.BlindTicks || _parts.Tracker.IsStale)
        {
            Counters.Blind++;
            return;
        }

        var ready = tick.Due + tick.Period;
        var validFrom = tick.Due + (_options.LeadPeriods * tick.Period);
        _forecast.CopyFrom(Belief);
        PredictTo(validFrom, _forecast);
        var draft = _parts.Plans.Draft;
        draft.Period = tick.Period;
        var budget = new PlanBudget(_options.Deadlines ? ready - _options.DeadlineMargin : null, Stop: _parts.Stop);
        var status = _parts.Planner.Plan(_forecast, validFrom, _key.Derive((ulong)tick.Index + _firstDecision), in budget, draft);
        Decision = status;
        Publish(draft, status, ready);
    }

    private void Publish(ActionPlanBuffer draft, PlanStatus status, MonotonicTime ready)
    {
        var now = _parts.Pacer.Clock.Now;
        if (status == PlanStatus.NoFiniteRollout)
        {
            Counters.NoFiniteRollout++;
            return;
        }

        if (status == PlanStatus.Truncated)
            Counters.Truncated++;
        if (status == PlanStatus.Untrusted)
            Counters.Untrusted++;
        if (now >= draft.ExpiresAt)
        {
            Counters.Expired++;
            return;
        }

        if (now > ready)
            Counters.Late++;
        draft.Sequence = ++_plans;
        _committed.Add(draft);
        _parts.Plans.Publish();
        Counters.Published++;
    }

    /// <summary>Begins the tick, and before it those that were missed, each under the action that was in force at its beginning.</summary>
    private void AdvanceTo(MonotonicTime time)
    {
        for (var i = PeriodsUntil(time, Belief); i > 0; i--)
            _parts.Tracker.Advance(time - ((i - 1) * _options.Period), _committed.At(time - (i * _options.Period)));
    }

    /// <summary>Carries a belief over whole control periods, each under the action that is in force at its beginning.</summary>
    private void PredictTo(MonotonicTime time, Belief belief)
    {
        for (var i = PeriodsUntil(time, belief); i > 0; i--)
            _parts.Tracker.Predict(belief, _committed.At(time - (i * _options.Period)), _periodSeconds, belief);
        belief.At = time;
    }

    private long PeriodsUntil(MonotonicTime time, Belief belief) =>
        Math.Min((long)Math.Round((time.Nanoseconds - belief.At.Nanoseconds) * 1e-9 / _periodSeconds), MaximumPredictedPeriods);
}
