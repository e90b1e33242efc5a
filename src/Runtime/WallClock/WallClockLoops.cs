using Robotics.Controller.Loops;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Runtime.LockStep;
using Robotics.Runtime.Tasks;
using Robotics.StateEstimation.Observations;
using Robotics.StateEstimation.Tracking;

namespace Robotics.Runtime.WallClock;

/// <summary>The servo and control loops of a wall-clock run and their statistics. The loops' threads own them while they run.</summary>
public sealed class WallClockLoops : IDisposable
{
    private readonly TaskObservationSource _observations;
    private readonly ControllerStack _controller;
    private readonly List<string> _faults = [];
    private readonly SuccessStage _success;
    private readonly AllocationStage _controlBytes = new();
    private readonly AllocationStage _servoBytes = new();
    private int _episodes;
    private int _successes;

    /// <summary>Creates the loops, which own and dispose the controller; nothing moves yet.</summary>
    public WallClockLoops(
        TaskSession session, ControllerStack controller, IRunTarget robot, GuardedLink link, double servoRateHz, SystemClock clock)
    {
        _controller = controller;
        var task = session.Task;
        _observations = TaskObservationSource.ForController(task, robot.Driver.Spec, robot.Privileged);
        _success = new SuccessStage(task);
        var plans = new PlanMailbox(session.PlanHorizon, task.Actions.Dimension);
        Servo = new ServoLoop(link, task.Actions, plans, new WallPacer(clock), new ServoOptions { RateHz = servoRateHz }, _servoBytes);
        var parts = new ControlParts
        {
            Reports = Servo.Reports,
            Observations = _observations,
            Tracker = controller.Tracker,
            Planner = controller.Planner,
            Plans = plans,
            Pacer = new WallPacer(clock),
            Key = RandomKey.FromSeed(0),
        };
        Control = new ControlLoop(parts, new ControlOptions { RateHz = task.ControlRateHz }, _success, _controlBytes);
        _success.Observe(Control);
    }

    /// <summary>The servo loop.</summary>
    public ServoLoop Servo { get; }

    /// <summary>The control loop.</summary>
    public ControlLoop Control { get; }

    /// <summary>Starts an episode, while no thread runs the loops.</summary>
    public void Restart(IReadOnlyDictionary<string, double[]> goals, RandomKey key)
    {
        _observations.SetGoals(goals);
        Servo.Restart();
        Control.Restart(key);
        _success.Restart();
        _servoBytes.Restart();
        _controlBytes.Restart();
    }

    /// <summary>Counts an episode, while no thread runs the loops.</summary>
    public void EndEpisode()
    {
        var streams = _controller.Tracker.Streams;
        while (streams.TryTakeEvent(out var found))
            _faults.Add(found.Describe(streams.Names[found.Stream]));
        _episodes++;
        _successes += _success.Reached ? 1 : 0;
    }

    /// <summary>Timing, success and machine load of the run.</summary>
    public WallClockReport Report(WallClockMeter meter) => new(
        Control.Loop.Snapshot(),
        Servo.Loop.Snapshot(),
        Control.Loop.Lateness,
        Control.Loop.Durations,
        Control.Counters,
        Servo.Counters,
        _episodes,
        _successes,
        meter.Read(_controlBytes.Bytes, _servoBytes.Bytes),
        Describe(_controller.Tracker));

    /// <inheritdoc/>
    public void Dispose() => _controller.Dispose();

    private EstimationReport Describe(BeliefTracker tracker) => new(
        [.. tracker.Streams.Names.Select((_, i) => tracker.Streams.Report(i, tracker.Current.At))], _faults, tracker.History.Replayed,
        tracker.History.NotFinite);
}
