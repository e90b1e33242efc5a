using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Spaces;
using Robotics.Core.Threading;
using Robotics.Core.Time;

namespace Robotics.Controller.Loops;

/// <summary>
/// The fast loop: read the robot, follow the plan, write through the guard. It never waits for the planner. Run
/// <see cref="Loop"/> on one thread; <see cref="Reports"/> has one reader; counters and timings may be read from anywhere.
/// </summary>
public sealed class ServoLoop
{
    private readonly GuardedLink _link;
    private readonly ServoOptions _options;
    private readonly IPacer _pacer;
    private readonly PlanFollower _follower;
    private bool _restart = true;
    private bool _hasReadAhead;
    private ITickStage? _decision;

    /// <summary>Creates the loop; nothing moves yet.</summary>
    /// <param name="link">The robot.</param>
    /// <param name="space">Action space.</param>
    /// <param name="plans">Source of plans.</param>
    /// <param name="pacer">Whose time the loop keeps.</param>
    /// <param name="options">Options of following plans and of degradation.</param>
    /// <param name="further">Stages after the write, for example a recorder; they may read <see cref="Current"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="UserErrorException">The robot lacks a channel of the action space.</exception>
    public ServoLoop(
        GuardedLink link, ActionSpace space, PlanMailbox plans, IPacer pacer, ServoOptions options,
        params IReadOnlyList<ITickStage> further)
    {
        options.Validate();
        (_link, _options, _pacer) = (link, options, pacer);
        var (joints, channels) = (link.Spec.Joints.Count, link.Spec.Channels.Count);
        _follower = new PlanFollower(plans, space, link.Spec, options, Counters);
        Current = new ServoReport(joints, channels, space.Dimension);
        Reports = new TripleBuffer<ServoReport>(() => new ServoReport(joints, channels, space.Dimension));
        Loop = new TickLoop(
            "servo", options.Period, pacer,
            [new DelegateStage("read", Read), new DelegateStage("follow", Follow), new DelegateStage("write", Write), .. further]);
        link.ServoPeriod = Loop.Period;
    }

    /// <summary>The loop, to be run on a thread or in lock-step.</summary>
    public TickLoop Loop { get; }

    /// <summary>Every tick's report, for the control thread.</summary>
    public TripleBuffer<ServoReport> Reports { get; }

    /// <summary>The report of the tick in progress: for further stages of this loop.</summary>
    public ServoReport Current { get; }

    /// <summary>Event counts.</summary>
    public ServoCounters Counters { get; } = new();

    /// <summary>The plan in force, or the last one that was; of horizon 0 before the first. For further stages of this loop.</summary>
    public ActionPlanBuffer PlanInForce => _follower.Active;

    /// <summary>
    /// Starts an episode: forgets old plans; the next tick starts from where the robot then stands. For the loop's thread,
    /// between ticks.
    /// </summary>
    public void Restart()
    {
        _restart = true;
        _follower.ForgetPlans();
    }

    /// <summary>Brings the robot to rest: for the end of the loop's thread.</summary>
    public void Stop() => _link.TryStop();

    /// <summary>
    /// In lock-step: runs a stage between the read and the command of each tick. It publishes the reports, with <see cref="Report"/>.
    /// </summary>
    internal void DecideBy(ITickStage decision) => _decision = decision;

    /// <summary>
    /// In lock-step: waits for the next tick and reads the robot for it already, so that what the tick before led to can be looked at.
    /// </summary>
    internal void ReadAhead()
    {
        _pacer.WaitUntil(Loop.NextDue);
        ReadRobot(Loop.NextDue);
        _hasReadAhead = true;
    }

    /// <summary>Hands the report of the tick in progress to the control loop.</summary>
    internal void Report()
    {
        Reports.Draft.CopyFrom(Current);
        Reports.Publish();
    }

    private void Read(in Tick tick)
    {
        if (!_hasReadAhead)
            ReadRobot(tick.Due);
        _hasReadAhead = false;
        _decision?.Run(in tick);
    }

    private void ReadRobot(MonotonicTime due)
    {
        Current.At = due;
        Current.ReadStatus = _link.TryRead(Current.State);
        Counters.CountRead(Current.ReadStatus);
        if (Current.ReadStatus != LinkStatus.Ok)
            return;
        Current.Sequence++;
        if (!_restart)
            return;
        _follower.StandStill(Current.State, Current.Requested);

        // It has stood there for a while: a plan that acts from this tick on may move it by a period's worth.
        _link.StartFrom(due - Loop.Period, Current.Requested);
        _restart = false;
    }

    private void Follow(in Tick tick)
    {
        if (_restart)
            return;
        _follower.Follow(in tick, Current);
        if (tick.Due - Current.State.ReceivedAt <= _options.StateTimeout)
            return;
        Counters.StateTimeouts++;
        Current.Mode = ServoMode.Stopped;
    }

    private void Write(in Tick tick)
    {
        if (!_restart)
        {
            Send(in tick);
            Counters.CountMode(Current.Mode);
        }

        if (_decision is null)
            Report();
    }

    private void Send(in Tick tick)
    {
        if (Current.Mode == ServoMode.Stopped)
        {
            Current.WriteStatus = _link.TryStop();
        }
        else
        {
            Current.WriteStatus = _link.TryWrite(tick.Due, Current.Requested, Current.Applied);
            Counters.CountWrite(Current.WriteStatus);
            if (Current.WriteStatus == LinkStatus.Held)
            {
                // The guard moves or holds the robot by itself; plans from before are not followed once an operator resumes.
                Current.Mode = ServoMode.Stopped;
                _follower.ForgetPlans();
                _follower.StandStill(Current.State, Current.Requested);
                return;
            }

            if (Current.WriteStatus != LinkStatus.EmergencyStopped)
                return;
            Current.Mode = ServoMode.Stopped;
        }

        // Whatever comes next starts, and is rate-limited, from where the robot stands now.
        _follower.StandStill(Current.State, Current.Requested);
        Current.Requested.CopyTo(Current.Applied, 0);
        _link.StartFrom(tick.Due, Current.Requested);
    }
}
