using Robotics.Controller.Loops;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Drivers.Simulation.Remote;
using Robotics.Runtime.LockStep;
using Robotics.Runtime.Tasks;
using Robotics.StateEstimation.Observations;
using Robotics.StateEstimation.Tracking;

namespace Robotics.Runtime.WallClock;

/// <summary>The servo and the control loop of a wall-clock run, and what they achieve. The loops' threads own them while they run.</summary>
public sealed class WallClockLoops : IDisposable
{
    private readonly TaskObservationSource _observations;
    private readonly ControllerStack _mind;
    private readonly List<string> _faults = [];
    private readonly SuccessStage _success;
    private readonly AllocationStage _controlBytes = new();
    private readonly AllocationStage _servoBytes = new();
    private int _episodes;
    private int _successes;

    /// <summary>Makes the loops; nothing moves yet. They dispose the mind.</summary>
    public WallClockLoops(TaskSession session, ControllerStack mind, RemoteSimulator robot, GuardedLink link, double servoRateHz, SystemClock clock)
    {
        _mind = mind;
        var task = session.Task;
        _observations = TaskObservationSource.ForController(task, robot.Spec, robot);
        _success = new SuccessStage(task);
        var plans = new PlanMailbox(session.PlanHorizon, task.Actions.Dimension);
        Servo = new ServoLoop(link, task.Actions, plans, new WallPacer(clock), new ServoOptions { RateHz = servoRateHz }, _servoBytes);
        var parts = new ControlParts
        {
            Reports = Servo.Reports,
            Observations = _observations,
            Tracker = mind.Tracker,
            Planner = mind.Planner,
            Plans = plans,
            Pacer = new WallPacer(clock),
            Key = RandomKey.FromSeed(0),
        };
        Control = new ControlLoop(parts, new ControlOptions { RateHz = task.ControlRateHz }, _success, _controlBytes);
        _success.Observe(Control);
    }

    /// <summary>The fast loop.</summary>
    public ServoLoop Servo { get; }

    /// <summary>The slow loop.</summary>
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
        var streams = _mind.Tracker.Streams;
        while (streams.TryTakeEvent(out var found))
            _faults.Add(found.Describe(streams.Names[found.Stream]));
        _episodes++;
        _successes += _success.Reached ? 1 : 0;
    }

    /// <summary>What was achieved, and what it cost.</summary>
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
        Describe(_mind.Tracker));

    /// <inheritdoc/>
    public void Dispose() => _mind.Dispose();

    private EstimationReport Describe(BeliefTracker tracker) => new(
        [.. tracker.Streams.Names.Select((_, i) => tracker.Streams.Report(i, tracker.Current.At))], _faults, tracker.History.Replayed, tracker.History.NotFinite);
}
