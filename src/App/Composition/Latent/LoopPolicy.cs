using Robotics.Controller;
using Robotics.Core;
using Robotics.Learning;

namespace Robotics.App.Composition;

/// <summary>
/// The control loop, driven in lock-step by episodes: every decision is one of its ticks, and what acts is the plan that the tick before
/// made for this moment. So late pictures, committed actions and the period that planning takes are treated as on a robot. One thread.
/// </summary>
internal sealed class LoopPolicy : IPolicy
{
    private readonly TripleBuffer<ServoReport> _reports = new(() => new ServoReport(0, 0, 0));
    private readonly ActionPlanBuffer _inForce;
    private readonly PlanMailbox _plans;
    private readonly Moment _moment = new();
    private readonly ShownObservation _shown;
    private bool _starts = true;
    private long _sequence;

    /// <summary>Makes the loop.</summary>
    /// <param name="name">Who acts, for the record.</param>
    /// <param name="rateHz">Decisions a second.</param>
    /// <param name="observations">Numbers in an observation.</param>
    /// <param name="actions">Numbers in an action.</param>
    /// <param name="tracker">Keeps the belief.</param>
    /// <param name="planner">Plans from it.</param>
    /// <param name="horizon">Steps that it looks ahead.</param>
    public LoopPolicy(string name, double rateHz, int observations, int actions, IBeliefTracker tracker, IPlanner planner, int horizon)
    {
        (Name, PlanHorizon) = (name, horizon);
        _shown = new ShownObservation(observations);
        _plans = new PlanMailbox(horizon, actions);
        _inForce = new ActionPlanBuffer(horizon, actions);
        var parts = new ControlParts
        {
            Reports = _reports,
            Observations = _shown,
            Tracker = tracker,
            Planner = planner,
            Plans = _plans,
            Pacer = _moment,
            Key = default,
        };
        Control = new ControlLoop(parts, new ControlOptions { RateHz = rateHz, Deadlines = false });
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int PlanHorizon { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<float> PlannedActions => _inForce.Actions.AsMemory(0, _inForce.Horizon * _inForce.ActionDimension);

    /// <summary>The loop.</summary>
    public ControlLoop Control { get; }

    /// <summary>Told the moment at which an episode begins.</summary>
    public Action<MonotonicTime>? Began { get; init; }

    /// <inheritdoc/>
    public void Reset() => _starts = true;

    /// <inheritdoc/>
    public Decision Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, Span<float> action)
    {
        _moment.Now = now;
        if (_starts)
            Begin(now, key);
        Take(observation, now);
        if (_plans.Latest() is var newest && newest.Sequence != _inForce.Sequence)
            _inForce.CopyFrom(newest);
        var isPlanned = _inForce.TryGetAction(now, action);
        if (!isPlanned)
            action.Clear();
        Control.Loop.RunTick();
        return isPlanned ? new Decision(PlanStatus.Ok, _inForce.PredictedReturn, _inForce.Disagreement) : Decision.Hold;
    }

    private void Begin(MonotonicTime now, RandomKey key)
    {
        _starts = false;
        _inForce.CopyFrom(_plans.Latest());
        _inForce.Horizon = 0;
        Control.Restart(key);
        Control.Loop.StartAt(now);
        Began?.Invoke(now);
    }

    private void Take(ReadOnlySpan<float> observation, MonotonicTime now)
    {
        _shown.Show(observation);
        var report = _reports.Draft;
        (report.Sequence, report.At, report.ReadStatus) = (++_sequence, now, LinkStatus.Ok);
        (report.State.CapturedAt, report.State.ReceivedAt, report.State.Sequence) = (now, now, _sequence);
        _reports.Publish();
    }

    /// <summary>A clock that stands until the next decision.</summary>
    private sealed class Moment : IPacer, IClock
    {
        public IClock Clock => this;

        public MonotonicTime Now { get; set; }

        public void WaitUntil(MonotonicTime deadline)
        {
            // The environment has been advanced to the tick before the decision was asked for.
        }
    }

    /// <summary>The observation that the environment assembled.</summary>
    private sealed class ShownObservation(int dimension) : IObservationSource
    {
        private readonly float[] _values = new float[dimension];

        public int Dimension => dimension;

        public void Show(ReadOnlySpan<float> observation) => observation.CopyTo(_values);

        public LinkStatus TryObserve(MonotonicTime now, RobotState state, Span<float> observation)
        {
            _values.CopyTo(observation);
            return LinkStatus.Ok;
        }
    }
}
