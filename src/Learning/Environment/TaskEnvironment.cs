using Robotics.Configuration;
using Robotics.Core;
using Robotics.Data;

namespace Robotics.Learning;

/// <summary>
/// A task in a simulated world, in lock-step: an action goes through the guard, the world is advanced by one control period,
/// the next observation is assembled and the step is scored; where actions are repeated, rewards of all repetitions add up. The controller sees what the task lets it see; reward,
/// termination and success are computed from the true state where the world tells it, from the same observation otherwise.
/// One thread at a time; <see cref="Step"/> does not allocate or throw.
/// </summary>
public sealed class TaskEnvironment : IAsyncDisposable
{
    private readonly RobotDriver _robot;
    private readonly IEpisodeControl _episodes;
    private readonly ISteppedWorld _world;
    private readonly TaskObservationSource _seen;
    private readonly TaskObservationSource? _true;
    private readonly float[] _trueObservation;
    private readonly TaskScorer _scorer;
    private readonly ResetSampler _starts;
    private readonly RobotState _state;
    private readonly RobotState _stateBetween;
    private readonly float[][] _between;
    private readonly ActionStage _actions;
    private readonly GuardedLink _link;
    private MonotonicTime _startedAt;

    private TaskEnvironment(TaskDefinition task, RobotDriver robot, IEpisodeControl episodes, ISteppedWorld world, IPrivilegedState? truth, GuardedLink link)
    {
        Task = task;
        _robot = robot;
        _episodes = episodes;
        _world = world;
        _link = link;
        _seen = TaskObservationSource.ForController(task, robot.Spec, truth);
        _true = truth is null ? null : TaskObservationSource.ForScorer(task, truth);
        _trueObservation = new float[task.Observations.Dimension];
        Observation = new float[task.Observations.Dimension];
        _scorer = new TaskScorer(task);
        _starts = new ResetSampler(task.Reset);
        _state = new RobotState(robot.Spec.Joints.Count);
        _stateBetween = new RobotState(robot.Spec.Joints.Count);
        _between = [.. Enumerable.Range(0, task.ActionRepeat - 1).Select(_ => new float[task.Observations.Dimension])];
        _actions = new ActionStage(task, link, ObserveBetween);
    }

    /// <summary>The task.</summary>
    public TaskDefinition Task { get; }

    /// <summary>The robot.</summary>
    public RobotSpec Robot => _robot.Spec;

    /// <summary>[observation], o_t as the controller sees it.</summary>
    public float[] Observation { get; }

    /// <summary>[observation], what is true of o_t; null where nobody knows.</summary>
    public float[]? Truth => _true is null ? null : _trueObservation;

    /// <summary>The goals of the episode by name.</summary>
    public IReadOnlyDictionary<string, double[]> Goals { get; private set; } = new Dictionary<string, double[]>();

    /// <summary>The moment of o_t in the world.</summary>
    public MonotonicTime Now => _world.Now;

    /// <summary>The moment of o_0 of the episode in the world.</summary>
    public MonotonicTime StartedAt => _startedAt;

    /// <summary>Whether the last step failed because the task's reward was not finite.</summary>
    public bool RewardFailed { get; private set; }

    /// <summary>Steps taken in the episode.</summary>
    public int StepCount { get; private set; }

    /// <summary>A step of the right size to be filled.</summary>
    public EpisodeStep CreateStep() => new(Task.Observations.Dimension, Task.Actions.Dimension, _robot.Spec.Channels.Count);

    /// <summary>Connects to the robot and makes it ready to move.</summary>
    /// <param name="task">The task.</param>
    /// <param name="robot">The robot; this object disposes it.</param>
    /// <param name="episodes">Places episodes' starts, drawn with <see cref="ResetSampler"/> from the key it is given.</param>
    /// <param name="world">The simulated world's time.</param>
    /// <param name="truth">What only a simulator knows; null to score with what is observed.</param>
    /// <param name="stop">The emergency stop.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="UserErrorException">The task does not fit the robot.</exception>
    public static async Task<TaskEnvironment> ConnectAsync(
        TaskDefinition task, RobotDriver robot, IEpisodeControl episodes, ISteppedWorld world, IPrivilegedState? truth, EmergencyStop stop, CancellationToken cancellation)
    {
        await robot.ConnectAsync(cancellation);
        var link = await robot.ActivateAsync(task.Limits, stop, cancellation);
        return new TaskEnvironment(task, robot, episodes, world, truth, link);
    }

    /// <summary>Starts an episode: the same key gives the same start.</summary>
    /// <exception cref="UserErrorException">No start can be drawn, or the robot does not report its state.</exception>
    public async Task ResetAsync(RandomKey key, CancellationToken cancellation)
    {
        await _episodes.ResetAsync(key, cancellation);
        Goals = _starts.Sample(key).Goals;
        _seen.SetGoals(Goals);
        _true?.SetGoals(Goals);
        _link.ForgetLastCommand();
        _startedAt = _world.Now;
        StepCount = 0;
        RewardFailed = false;
        var status = Observe();
        if (status is not (LinkStatus.Ok or LinkStatus.Stale))
            throw new UserErrorException($"Robot '{Robot.Name}' does not report its state at the start of an episode ({status}); check its connection.");
        _actions.Start(_state);
    }

    /// <summary>Acts for one control period.</summary>
    /// <param name="action">[action], in [−1, 1]; clamped to it.</param>
    /// <param name="into">Receives what was commanded, seen and earned; the planner's figures are left alone.</param>
    /// <returns>
    /// Ok, Limited or NotFinite: the step counts. Otherwise it does not: the robot or the physics failed and the episode is over.
    /// </returns>
    public LinkStatus Step(ReadOnlySpan<float> action, EpisodeStep into) =>
        Complete(_actions.Apply(action, _state, _world, _startedAt, StepCount, into), into);

    /// <summary>Lets a control period pass under the last command.</summary>
    /// <param name="into">As for <see cref="Step"/>; its action is the one that comes nearest to holding.</param>
    /// <returns>As <see cref="Step"/>.</returns>
    public LinkStatus Hold(EpisodeStep into) => Complete(_actions.Hold(_state, _world, _startedAt, StepCount, into), into);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _robot.DisposeAsync();

    private LinkStatus Complete(LinkStatus status, EpisodeStep into)
    {
        if (status is not (LinkStatus.Ok or LinkStatus.Limited or LinkStatus.NotFinite))
            return status;
        var read = Observe();
        if (read is not (LinkStatus.Ok or LinkStatus.Stale))
            return LinkStatus.Fault;
        StepCount++;
        var scored = _true is null ? Observation : _trueObservation;
        into.At = new MonotonicTime(_world.Now.Nanoseconds - _startedAt.Nanoseconds);
        into.Reward = _scorer.Reward(scored, into.Action);
        foreach (var between in _between)
            into.Reward += _scorer.Reward(between, into.Action);
        into.Flags = _scorer.Conditions(scored, into.Action) | (status == LinkStatus.Ok ? StepFlags.None : StepFlags.Limited);
        Observation.CopyTo(into.Observation, 0);
        _trueObservation.CopyTo(into.Truth, 0);
        RewardFailed = !float.IsFinite(into.Reward);
        return RewardFailed ? LinkStatus.Fault : status;
    }

    /// <summary>Keeps what is true, or seen, at the end of a part of an action.</summary>
    private bool ObserveBetween(int part)
    {
        if (_true is not null)
            return _true.TryObserve(_world.Now, _stateBetween, _between[part]) == LinkStatus.Ok;
        return _link.TryRead(_stateBetween) is LinkStatus.Ok or LinkStatus.Stale && _seen.TryObserve(_world.Now, _stateBetween, _between[part]) == LinkStatus.Ok;
    }

    private LinkStatus Observe()
    {
        var status = _link.TryRead(_state);
        if (status is not (LinkStatus.Ok or LinkStatus.Stale))
            return status;
        if (_true?.TryObserve(_world.Now, _state, _trueObservation) == LinkStatus.NotFinite)
            return LinkStatus.Fault;
        return _seen.TryObserve(_world.Now, _state, Observation) == LinkStatus.NotFinite ? LinkStatus.Fault : status;
    }
}
