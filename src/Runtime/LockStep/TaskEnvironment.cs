using Robotics.Configuration.Resets;
using Robotics.Configuration.Tasks;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Data.Episodes;
using Robotics.StateEstimation.Observations;

namespace Robotics.Runtime.LockStep;

/// <summary>
/// A task in a simulated world: its initial states, observations and rewards. The controller sees what
/// the task observes; reward, termination and success are computed from the true state where it is known, from the same
/// observation otherwise. A <see cref="LockStepRunner"/> acts in it. One thread at a time.
/// </summary>
public sealed class TaskEnvironment : IObservationSource, IAsyncDisposable
{
    private readonly RobotDriver _robot;
    private readonly IEpisodeControl _episodes;
    private readonly TaskObservationSource _seen;
    private readonly TaskObservationSource? _true;
    private readonly float[] _trueObservation;
    private readonly TaskScorer _scorer;
    private readonly ResetSampler _starts;
    private readonly float[][] _between;

    private TaskEnvironment(
        TaskDefinition task, RobotDriver robot, IEpisodeControl episodes, ISteppedWorld world, IPrivilegedState? truth, GuardedLink link)
    {
        Task = task;
        _robot = robot;
        _episodes = episodes;
        World = world;
        Link = link;
        _seen = TaskObservationSource.ForController(task, robot.Spec, truth);
        _true = truth is null ? null : TaskObservationSource.ForScorer(task, truth);
        _trueObservation = new float[task.Observations.Dimension];
        Observation = new float[task.Observations.Dimension];
        _scorer = new TaskScorer(task);
        _starts = new ResetSampler(task.Reset);
        _between = [.. Enumerable.Range(0, task.ActionRepeat - 1).Select(_ => new float[task.Observations.Dimension])];
    }

    /// <summary>The task.</summary>
    public TaskDefinition Task { get; }

    /// <summary>The robot.</summary>
    public RobotSpec Robot => _robot.Spec;

    /// <summary>
    /// Servo rate, Hz; rounded down to one that divides the physics rate. Default: the lowest that the task's actions allow, one tick for
    /// each repetition of an action.
    /// </summary>
    public double? ServoRateHz { get; init; }

    /// <summary>[observation], o_t as the controller sees it.</summary>
    public float[] Observation { get; }

    /// <summary>[observation], ground truth of o_t; null where unknown.</summary>
    public float[]? Truth => _true is null ? null : _trueObservation;

    /// <summary>The goals of the episode by name.</summary>
    public IReadOnlyDictionary<string, double[]> Goals { get; private set; } = new Dictionary<string, double[]>();

    /// <summary>World time of o_t.</summary>
    public MonotonicTime Now => World.Now;

    /// <summary>World time of the episode's o_0.</summary>
    public MonotonicTime StartedAt { get; private set; }

    /// <summary>True when the last step failed because the reward was not finite.</summary>
    public bool RewardFailed { get; private set; }

    /// <summary>Steps taken in the episode.</summary>
    public int StepCount { get; private set; }

    /// <summary>The world.</summary>
    internal ISteppedWorld World { get; }

    /// <summary>The robot behind its guard.</summary>
    internal GuardedLink Link { get; }

    /// <inheritdoc/>
    int IObservationSource.Dimension => Observation.Length;

    /// <summary>A step of the right size to be filled.</summary>
    public EpisodeStep CreateStep() => new(Task.Observations.Dimension, Task.Actions.Dimension, _robot.Spec.Channels.Count);

    /// <summary>Connects to the robot and makes it ready to move.</summary>
    /// <param name="task">The task.</param>
    /// <param name="robot">The robot; this object disposes it.</param>
    /// <param name="episodes">Sets initial states, sampled by <see cref="ResetSampler"/> from a key.</param>
    /// <param name="world">The simulated world's time.</param>
    /// <param name="truth">Privileged simulator state; null to score with observations.</param>
    /// <param name="stop">The emergency stop.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <param name="servoRateHz">As <see cref="ServoRateHz"/>.</param>
    /// <exception cref="UserErrorException">The task does not fit the robot.</exception>
    public static async Task<TaskEnvironment> ConnectAsync(
        TaskDefinition task, RobotDriver robot, IEpisodeControl episodes, ISteppedWorld world, IPrivilegedState? truth, EmergencyStop stop,
        CancellationToken cancellationToken, double? servoRateHz = null)
    {
        await robot.ConnectAsync(cancellationToken);
        var link = await robot.ActivateAsync(task.Limits, stop, cancellationToken);
        return new TaskEnvironment(task, robot, episodes, world, truth, link) { ServoRateHz = servoRateHz };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _robot.DisposeAsync();

    /// <summary>Returns the observation of the tick, assembled at the end of the previous step.</summary>
    LinkStatus IObservationSource.TryObserve(MonotonicTime now, RobotState state, Span<float> observation)
    {
        Observation.CopyTo(observation);
        return LinkStatus.Ok;
    }

    /// <summary>Sets an episode's initial state: the same key gives the same state.</summary>
    /// <exception cref="UserErrorException">No initial state can be sampled.</exception>
    internal async Task BeginAsync(RandomKey key, CancellationToken cancellationToken)
    {
        await _episodes.ResetAsync(key, cancellationToken);
        Goals = _starts.Sample(key).Goals;
        _seen.SetGoals(Goals);
        _true?.SetGoals(Goals);
        StartedAt = World.Now;
        StepCount = 0;
        RewardFailed = false;
    }

    /// <summary>Assembles the current observation. Does not allocate or throw.</summary>
    /// <param name="read">Read status of the robot.</param>
    /// <param name="state">The state that was read.</param>
    internal LinkStatus Observe(LinkStatus read, RobotState state)
    {
        if (read is not (LinkStatus.Ok or LinkStatus.Stale))
            return read;
        if (_true?.TryObserve(World.Now, state, _trueObservation) == LinkStatus.NotFinite)
            return LinkStatus.Fault;
        return _seen.TryObserve(World.Now, state, Observation) == LinkStatus.NotFinite ? LinkStatus.Fault : read;
    }

    /// <summary>
    /// Stores the state at the end of each repetition of an action except the last, true where known. Does not allocate or throw.
    /// </summary>
    /// <returns>False when the world cannot be read.</returns>
    internal bool ObserveBetween(int part, LinkStatus read, RobotState state)
    {
        if (_true is not null)
            return _true.TryObserve(World.Now, state, _between[part]) == LinkStatus.Ok;
        return read is LinkStatus.Ok or LinkStatus.Stale && _seen.TryObserve(World.Now, state, _between[part]) == LinkStatus.Ok;
    }

    /// <summary>
    /// Scores a step by the observation that followed; the rewards of a repeated action are summed. Does not
    /// allocate or throw.
    /// </summary>
    /// <param name="status">Command status.</param>
    /// <param name="into">Holds the applied action; receives moment, observation, truth, reward and conditions.</param>
    /// <returns>The status; Fault when the reward is not finite.</returns>
    internal LinkStatus Complete(LinkStatus status, EpisodeStep into)
    {
        StepCount++;
        var scored = _true is null ? Observation : _trueObservation;
        into.At = new MonotonicTime(World.Now.Nanoseconds - StartedAt.Nanoseconds);
        into.Reward = _scorer.Reward(scored, into.Action);
        foreach (var between in _between)
            into.Reward += _scorer.Reward(between, into.Action);
        into.Flags = _scorer.Conditions(scored, into.Action) | (status == LinkStatus.Ok ? StepFlags.None : StepFlags.Limited);
        Observation.CopyTo(into.Observation, 0);
        _trueObservation.CopyTo(into.Truth, 0);
        RewardFailed = !float.IsFinite(into.Reward);
        return RewardFailed ? LinkStatus.Fault : status;
    }
}
