using Robotics.Controller;
using Robotics.Core;
using Robotics.Drivers.Simulation;
using Robotics.Learning;
using Robotics.StateEstimation;
using Robotics.WorldModel;

namespace Robotics.App.Composition;

/// <summary>The servo and the control loop of a wall-clock run, and what they achieve. The loops' threads own them while they run.</summary>
internal sealed class WallClockLoops
{
    private readonly TaskObservationSource _observations;
    private readonly BeliefTracker _tracker;
    private readonly string[] _names;
    private readonly List<string> _faults = [];
    private readonly SuccessStage _success;
    private readonly AllocationStage _controlBytes = new();
    private readonly AllocationStage _servoBytes = new();
    private int _episodes;
    private int _successes;

    /// <summary>Makes the loops; nothing moves yet.</summary>
    public WallClockLoops(TaskSession session, EnsembleLearner model, RemoteSimulator robot, GuardedLink link, double servoRateHz, SystemClock clock)
    {
        var task = session.Task;
        _observations = TaskObservationSource.ForController(task, robot.Spec, robot);
        _success = new SuccessStage(task);
        _tracker = BeliefTracker.OfObservation(
            new DirectObservationEstimator(task.Observations.Dimension, model.FusedEvaluator), task.Observations.Dimension, task.Actions.Dimension);
        _names = [DirectObservationEstimator.Modality];
        var plans = new PlanMailbox(session.PlanHorizon, task.Actions.Dimension);
        Servo = new ServoLoop(link, task.Actions, plans, new WallPacer(clock), new ServoOptions { RateHz = servoRateHz }, _servoBytes);
        var parts = new ControlParts
        {
            Reports = Servo.Reports,
            Observations = _observations,
            Tracker = _tracker,
            Planner = session.CreatePlanner(model.Evaluator, clock),
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
        while (_tracker.Streams.TryTakeEvent(out var found))
            _faults.Add(found.Describe(_names[found.Stream]));
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
        new EstimationReport([.. _names.Select((_, i) => _tracker.Streams.Report(i, _tracker.Current.At))], _faults, _tracker.History.Replayed, _tracker.History.NotFinite));
}
