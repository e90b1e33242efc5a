using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Spaces;
using Robotics.Core.Time;

namespace Robotics.Controller.Loops;

/// <summary>
/// Chooses the command of each servo tick: from the plan in force, or, once it has expired, degraded: hold, ramp down, stop. A plan
/// that lies in the future waits while the old one is followed. Used by the servo thread; does not allocate, does not throw.
/// </summary>
internal sealed class PlanFollower
{
    private readonly PlanMailbox _plans;
    private readonly CommandFollower _commands;
    private readonly RobotSpec _spec;
    private readonly ServoOptions _options;
    private readonly ServoCounters _counters;
    private readonly double[] _held;
    private ActionPlanBuffer _active;
    private ActionPlanBuffer _pending;
    private long _step = -1;
    private ServoMode _mode = ServoMode.Waiting;

    public PlanFollower(PlanMailbox plans, ActionSpace space, RobotSpec spec, ServoOptions options, ServoCounters counters)
    {
        (_plans, _spec, _options, _counters) = (plans, spec, options, counters);
        _commands = new CommandFollower(space, spec);
        _held = new double[spec.Channels.Count];
        var shape = plans.Latest();
        _active = new ActionPlanBuffer(shape.HorizonCapacity, shape.ActionDimension);
        _pending = new ActionPlanBuffer(shape.HorizonCapacity, shape.ActionDimension);
    }

    /// <summary>The plan in force, or the last one that was: of horizon 0 before the first.</summary>
    public ActionPlanBuffer Active => _active;

    /// <summary>Forgets every plan published so far: they belong to the past.</summary>
    public void ForgetPlans()
    {
        _mode = ServoMode.Waiting;
        _active.CopyFrom(_plans.Latest());
        _active.Horizon = 0;
        _pending.CopyFrom(_active);
    }

    /// <summary>At the start and after an interruption: what is followed next starts from rest where the robot stands.</summary>
    public void StandStill(RobotState measured, Span<double> standing)
    {
        _commands.Start(measured);
        _commands.CommandAt(1, _held);
        _held.CopyTo(standing);
        _step = -1;
    }

    /// <summary>Fills the report's mode, action and requested command.</summary>
    public void Follow(in Tick tick, ServoReport report)
    {
        TakeNewest(tick.Due);
        if (_active.TryGetStep(tick.Due, out var step))
            FollowStep(step, in tick, report);
        else
            Degrade(tick.Due);
        report.Mode = _mode;
        _held.CopyTo(report.Requested, 0);
        if (_mode == ServoMode.RampingDown)
            RampDown(tick.Due, report.Requested);
    }

    private void TakeNewest(MonotonicTime now)
    {
        Promote(now);
        var newest = _plans.Latest();
        if (newest.Sequence == _pending.Sequence)
            return;
        if (_pending.Sequence != _active.Sequence)
            _counters.PlansSuperseded++;
        _pending.CopyFrom(newest);
        Promote(now);
    }

    private void Promote(MonotonicTime now)
    {
        if (_pending.Sequence == _active.Sequence || now < _pending.ValidFrom)
            return;
        (_active, _pending) = (_pending, _active);
        _pending.CopyFrom(_active);
        _step = -1;
        _counters.PlansFollowed++;
    }

    private void FollowStep(int step, in Tick tick, ServoReport report)
    {
        if (_mode is ServoMode.RampingDown or ServoMode.Stopped)
            _commands.Start(report.State);
        _mode = ServoMode.Following;
        if (step != _step)
        {
            _commands.Begin(_active.ActionAt(step), report.State);
            _active.ActionAt(step).CopyTo(report.Action);
            _step = step;
        }

        var passed = (tick.Due + tick.Period).Nanoseconds - _active.StartOf(step).Nanoseconds;
        _commands.CommandAt(passed / (_active.Period.Ticks * 100.0), _held);
    }

    private void Degrade(MonotonicTime now)
    {
        if (_mode == ServoMode.Waiting)
            return;
        var expired = now - _active.ExpiresAt;
        _mode = expired < _options.Hold ? ServoMode.Holding
            : expired < _options.Hold + _options.RampDown ? ServoMode.RampingDown
            : ServoMode.Stopped;
    }

    private void RampDown(MonotonicTime now, Span<double> command)
    {
        var share = 1 - ((now - _active.ExpiresAt - _options.Hold) / _options.RampDown);
        for (var i = 0; i < command.Length; i++)
        {
            if (_spec.Channels[i].Mode != ActionMode.Position && _commands.IsCommanded(i))
                command[i] *= share;
        }
    }
}
