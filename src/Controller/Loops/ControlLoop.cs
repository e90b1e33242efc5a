using Robotics.Core;

namespace Robotics.Controller;

/// <summary>
/// The slow loop: observe, estimate, plan. A plan is made for the moment from which it is valid: the belief is first predicted over
/// the actions that are committed until then. Run <see cref="Loop"/> on one thread; counters and timings may be read from anywhere.
/// </summary>
public sealed class ControlLoop
{
    private const long MostPeriodsPredicted = 10;
    private readonly ControlParts _parts;
    private readonly ControlOptions _options;
    private readonly CommittedActions _committed;
    private readonly ObservationFrame _observation;
    private readonly Belief _forecast;
    private readonly double _periodSeconds;
    private bool _observed;
    private bool _hasBelief;
    private long _unobservedInARow;
    private long _plans;
    private RandomKey _key;

    /// <summary>Makes the loop.</summary>
    /// <param name="parts">What it is made of.</param>
    /// <param name="options">How it works.</param>
    /// <param name="further">Stages after planning, for example a recorder; they may read <see cref="Belief"/> and <see cref="Observation"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="UserErrorException">The options do not fit together.</exception>
    public ControlLoop(ControlParts parts, ControlOptions options, params IReadOnlyList<ITickStage> further)
    {
        options.Validate();
        (_parts, _options, _key) = (parts, options, parts.Key);
        var shape = parts.Plans.Draft;
        _committed = new CommittedActions(shape.HorizonCapacity, shape.ActionDimension);
        _observation = new ObservationFrame(OneModality(parts));
        Belief = parts.Estimator.CreateBelief();
        _forecast = parts.Estimator.CreateBelief();
        _periodSeconds = options.Period.TotalSeconds;
        Loop = new TickLoop("control", options.Period, parts.Pacer, [new DelegateStage("observe", Observe), new DelegateStage("estimate", Estimate), new DelegateStage("plan", Plan), .. further]);
    }

    private static IReadOnlyList<ModalitySpec> OneModality(ControlParts parts) =>
        parts.Estimator.Modalities is [var only] && only.Dimension == parts.Observations.Dimension
            ? parts.Estimator.Modalities
            : throw new UserErrorException($"the estimator takes {string.Join(" and ", parts.Estimator.Modalities.Select(m => $"{m.Dimension} numbers of '{m.Name}'"))}, but the task's observations are one vector of {parts.Observations.Dimension}; choose an estimator that fits the task.");

    /// <summary>The loop, to be run on a thread or in lock-step.</summary>
    public TickLoop Loop { get; }

    /// <summary>What happened, counted.</summary>
    public ControlCounters Counters { get; } = new();

    /// <summary>The belief at the tick in progress: for further stages of this loop.</summary>
    public Belief Belief { get; }

    /// <summary>The observation of the tick in progress, if there was one: for further stages of this loop.</summary>
    public ReadOnlySpan<float> Observation => _observed ? _observation[0].Values : [];

    /// <summary>Starts an episode. For the loop's thread, between ticks.</summary>
    /// <param name="key">The randomness of the episode's decisions.</param>
    public void Restart(RandomKey key)
    {
        _key = key;
        _hasBelief = false;
        _unobservedInARow = 0;
        _committed.Reset();
        _parts.Planner.Reset();
    }

    private void Observe(in Tick tick)
    {
        var report = _parts.Reports.Latest();
        _observed = report.Sequence > 0
            && tick.StartedAt - report.State.ReceivedAt <= _options.ObservationTimeout
            && _parts.Observations.TryObserve(tick.StartedAt, report.State, _observation[0].Values) is LinkStatus.Ok or LinkStatus.Stale;
        _unobservedInARow = _observed ? 0 : _unobservedInARow + 1;
        if (_observed)
            Counters.Observed++;
        else
            Counters.Unobserved++;
        Describe(tick.Due, report.State.CapturedAt);
    }

    private void Describe(MonotonicTime now, MonotonicTime capturedAt)
    {
        var reading = _observation[0];
        _observation.At = now;
        reading.IsNew = _observed;
        if (_observed)
            reading.CapturedAt = capturedAt;
        reading.AgeSeconds = (now - reading.CapturedAt).TotalSeconds;
    }

    private void Estimate(in Tick tick)
    {
        if (!_hasBelief)
        {
            _parts.Estimator.Reset(Belief);
            Belief.At = tick.Due;
        }

        PredictTo(tick.Due, Belief);
        if (!_observed)
            return;
        _parts.Estimator.Embed(_observation[0], 0);
        _parts.Estimator.Correct(Belief, _observation, Belief);
        _hasBelief = true;
    }

    private void Plan(in Tick tick)
    {
        if (!_hasBelief || _unobservedInARow > _options.BlindTicks)
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
        var budget = new PlanBudget(_options.Deadlines ? ready - _options.DeadlineMargin : null);
        var status = _parts.Planner.Plan(_forecast, validFrom, _key.Derive((ulong)tick.Index), in budget, draft);
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

    /// <summary>Carries a belief over whole control periods, each under the action that was in force at its beginning.</summary>
    private void PredictTo(MonotonicTime time, Belief belief)
    {
        var periods = (long)Math.Round((time.Nanoseconds - belief.At.Nanoseconds) * 1e-9 / _periodSeconds);
        for (var i = Math.Min(periods, MostPeriodsPredicted); i > 0; i--)
            _parts.Estimator.Predict(belief, _committed.At(time - (i * _options.Period)), _periodSeconds, belief);
        belief.At = time;
    }
}
