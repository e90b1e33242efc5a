using Robotics.Controller.Loops;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Data.Episodes;

namespace Robotics.Runtime.LockStep;

/// <summary>
/// The one way to act in lock-step: a controller in the servo loop, plan follower, guard and control loop that run against the wall
/// clock, here on the simulated pacer, in this process and on the caller's thread. A step is one control period. A plan takes no
/// simulated time unless the controller's latency says otherwise. One thread; <see cref="Step"/> does not allocate or throw.
/// </summary>
public sealed class LockStepRunner
{
    private readonly TaskEnvironment _environment;
    private readonly LockStepGrid _grid;
    private readonly SimulatedPacer _pacer;
    private readonly ServoLoop _servo;
    private readonly ControlLoop _control;
    private readonly LockStepScheduler _scheduler;
    private readonly PeriodMonitor _monitor;
    private readonly AppliedAction _applied;
    private readonly RobotState _measured;
    private readonly CancellationToken _stop;

    /// <summary>Creates the loops; nothing moves yet.</summary>
    /// <param name="environment">The environment; used by one runner at a time.</param>
    /// <param name="controller">The controller.</param>
    /// <param name="clock">The machine's clock, which times decisions; null for no timing.</param>
    /// <param name="stop">Ends a decision early, and a step between two servo ticks: the result must be discarded.</param>
    /// <exception cref="UserErrorException">The robot lacks a channel of the task's actions.</exception>
    public LockStepRunner(TaskEnvironment environment, LoopController controller, IClock? clock = null, CancellationToken stop = default)
    {
        (_environment, Controller, _stop) = (environment, controller, stop);
        var (task, link) = (environment.Task, environment.Link);
        _grid = LockStepGrid.Create(task, environment.ServoRateHz);
        _pacer = new SimulatedPacer(environment.World, _grid.StepNanoseconds);
        _monitor = new PeriodMonitor(environment, _grid);
        var plans = new PlanMailbox(controller.Horizon, task.Actions.Dimension);
        _servo = new ServoLoop(link, task.Actions, plans, _pacer, new ServoOptions { Period = _grid.ServoPeriod }, _monitor);
        var parts = new ControlParts
        {
            Reports = _servo.Reports,
            Observations = environment,
            Tracker = controller.Tracker,
            Planner = controller.Planner,
            Plans = plans,
            Pacer = _pacer,
            Key = default,
            Stop = stop,
        };
        var options = new ControlOptions
        {
            Period = _grid.ControlPeriod,
            LeadPeriods = controller.LatencyPeriods,
            Deadlines = false,
            DeadlineMargin = TimeSpan.Zero,
        };
        _control = new ControlLoop(parts, options);
        _scheduler = new LockStepScheduler(_servo, _control, clock);
        _monitor.Watch(_servo);
        _applied = new AppliedAction(task.Actions, link.Spec);
        _measured = new RobotState(link.Spec.Joints.Count);
    }

    /// <summary>The controller.</summary>
    public LoopController Controller { get; }

    /// <summary>Event counters of the servo loop.</summary>
    public ServoCounters ServoCounters => _servo.Counters;

    /// <summary>Event counters of the control loop.</summary>
    public ControlCounters ControlCounters => _control.Counters;

    /// <summary>The active plan, or the last one that was active.</summary>
    public ActionPlanBuffer PlanInForce => _servo.PlanInForce;

    /// <summary>
    /// Called in every step, after its first command is sent and before physics advances, with true when a new plan took effect; null for
    /// no callback.
    /// </summary>
    public Action<bool>? Commanded
    {
        get => _monitor.Commanded;
        init => _monitor.Commanded = value;
    }

    /// <summary>Starts an episode.</summary>
    /// <param name="start">Random key of the initial state: the same key gives the same state.</param>
    /// <param name="episode">Random key of the episode, from which those of its decisions derive.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="UserErrorException">No initial state can be sampled, or the robot does not report its state.</exception>
    public async Task ResetAsync(RandomKey start, RandomKey episode, CancellationToken cancellationToken)
    {
        await _environment.BeginAsync(start, cancellationToken);
        _pacer.StartAt(_environment.StartedAt);
        _servo.Restart();
        if (Controller.DerivesKeysFromFirst)
            _control.Restart(episode.Derive(1));
        else
            _control.Restart(episode, firstDecision: 1);
        Controller.Began?.Invoke(_environment.StartedAt);
        _scheduler.StartAt(_environment.StartedAt);
        if (_environment.Observe(_servo.Current.ReadStatus, _servo.Current.State) is var status and not LinkStatus.Ok)
        {
            throw new UserErrorException(
                $"Robot '{_environment.Robot.Name}' does not report its state at the start of an episode ({status}); "
                + "check its connection.");
        }
    }

    /// <summary>Runs the loops for one control period.</summary>
    /// <param name="into">Receives plan, command, observation and reward.</param>
    /// <returns>
    /// Ok, Limited or NotFinite: the step counts. Otherwise it does not: the robot or the physics failed and the episode is over.
    /// </returns>
    public LinkStatus Step(EpisodeStep into)
    {
        _measured.CopyFrom(_servo.Current.State);
        _monitor.Begin();
        _scheduler.RunUntil(_environment.StartedAt + ((_environment.StepCount + 1) * _grid.ControlPeriod), _stop);
        _servo.Current.Requested.CopyTo(into.Requested, 0);
        _servo.Current.Applied.CopyTo(into.Applied, 0);
        (into.PredictedReturn, into.Disagreement) = (_monitor.PredictedReturn, _monitor.Disagreement);
        into.PlanNanoseconds = Controller.PlanHorizon > 0 ? _scheduler.DecisionNanoseconds : 0;
        if (_monitor.Status is not (LinkStatus.Ok or LinkStatus.Limited or LinkStatus.NotFinite))
            return _monitor.Status;
        if (_environment.Observe(_servo.Current.ReadStatus, _servo.Current.State) is not (LinkStatus.Ok or LinkStatus.Stale))
            return LinkStatus.Fault;

        // A command that the guard did not change is exactly the plan's action; any other is converted back.
        if (_monitor.Status == LinkStatus.Ok && _monitor.FollowedThroughout)
            AppliedAction.Clamp(_servo.Current.Action, into.Action);
        else
            _applied.ConvertBack(into.Applied, _measured, into.Action);
        var status = _environment.Complete(_monitor.Status, into);
        into.Flags |= _control.Decision switch
        {
            PlanStatus.Truncated => StepFlags.PlanTruncated,
            PlanStatus.NoFiniteRollout => StepFlags.NoFiniteRollout,
            PlanStatus.Untrusted => StepFlags.Untrusted,
            _ => StepFlags.None,
        };
        return status;
    }
}
