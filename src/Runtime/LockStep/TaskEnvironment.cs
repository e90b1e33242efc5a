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
/// A task in a simulated world: how its episodes begin, what a controller sees of it, and what a step earns. The controller sees what
/// the task lets it see; reward, termination and success are computed from the true state where the world tells it, from the same
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

    private TaskEnvironment(TaskDefinition task, RobotDriver robot, IEpisodeControl episodes, ISteppedWorld world, IPrivilegedState? truth, GuardedLink link)
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
    /// Servo rate; the nearest from below that fits the physics is taken. Default: as low as the task's actions allow, one tick for each
    /// that holds.
    /// </summary>
    public double? ServoRateHz { get; init; }

    /// <summary>[observation], o_t as the controller sees it.</summary>
    public float[] Observation { get; }

    /// <summary>[observation], what is true of o_t; null where nobody knows.</summary>
    public float[]? Truth => _true is null ? null : _trueObservation;

    /// <summary>The goals of the episode by name.</summary>
    public IReadOnlyDictionary<string, double[]> Goals { get; private set; } = new Dictionary<string, double[]>();

    /// <summary>The moment of o_t in the world.</summary>
    public MonotonicTime Now => World.Now;

    /// <summary>The moment of o_0 of the episode in the world.</summary>
    public MonotonicTime StartedAt { get; private set; }

    /// <summary>Whether the last step failed because the task's reward was not finite.</summary>
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
    /// <param name="episodes">Places episodes' starts, drawn with <see cref="ResetSampler"/> from the key it is given.</param>
    /// <param name="world">The simulated world's time.</param>
    /// <param name="truth">What only a simulator knows; null to score with what is observed.</param>
    /// <param name="stop">The emergency stop.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
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

    /// <summary>Hands on the observation of the tick, which was assembled when the step before it ended.</summary>
    LinkStatus IObservationSource.TryObserve(MonotonicTime now, RobotState state, Span<float> observation)
    {
        Observation.CopyTo(observation);
        return LinkStatus.Ok;
    }

    /// <summary>Places an episode's start: the same key gives the same.</summary>
    /// <exception cref="UserErrorException">No start can be drawn.</exception>
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

    /// <summary>Assembles the observation of this moment. Does not allocate or throw.</summary>
    /// <param name="read">How reading the robot went.</param>
    /// <param name="state">The state that was read.</param>
    internal LinkStatus Observe(LinkStatus read, RobotState state)
    {
        if (read is not (LinkStatus.Ok or LinkStatus.Stale))
            return read;
        if (_true?.TryObserve(World.Now, state, _trueObservation) == LinkStatus.NotFinite)
            return LinkStatus.Fault;
        return _seen.TryObserve(World.Now, state, Observation) == LinkStatus.NotFinite ? LinkStatus.Fault : read;
    }

    /// <summary>Keeps what is true, or seen, at the end of a part of a repeated action but for the last. Does not allocate or throw.</summary>
    /// <returns>False when the world cannot be read.</returns>
    internal bool ObserveBetween(int part, LinkStatus read, RobotState state)
    {
        if (_true is not null)
            return _true.TryObserve(World.Now, state, _between[part]) == LinkStatus.Ok;
        return read is LinkStatus.Ok or LinkStatus.Stale && _seen.TryObserve(World.Now, state, _between[part]) == LinkStatus.Ok;
    }

    /// <summary>
    /// Scores a step by what it led to, which was just observed; where an action is repeated, the rewards of its parts add up. Does not
    /// allocate or throw.
    /// </summary>
    /// <param name="status">How commanding went.</param>
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
