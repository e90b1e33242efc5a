using Robotics.Configuration;
using Robotics.Core;
using Robotics.Data;

namespace Robotics.Learning;

/// <summary>
/// Carries one action through the guard into the world: one write per control period for actions that hold, or per repetition, one per
/// physics step for actions that are interpolated. One thread; does not allocate after construction or throw.
/// </summary>
internal sealed class ActionStage
{
    private readonly GuardedLink _link;
    private readonly ActionSpace _space;
    private readonly CommandFollower _follower;
    private readonly int[] _channelOf;
    private readonly double[] _measured;
    private readonly double[] _appliedHere;
    private readonly int _writes;
    private readonly int _writesPerPart;
    private readonly Func<int, bool> _partEnded;
    private readonly long _periodNanoseconds;

    /// <param name="task">The task.</param>
    /// <param name="link">The guard.</param>
    /// <param name="partEnded">Told the number of each part of a repeated action that has passed but for the last; false when the world cannot be read.</param>
    public ActionStage(TaskDefinition task, GuardedLink link, Func<int, bool> partEnded)
    {
        _link = link;
        _partEnded = partEnded;
        _space = task.Actions;
        _follower = new CommandFollower(task.Actions, link.Spec);
        _channelOf = [.. task.Actions.Channels.Select(c => link.Spec.Channels.ToList().FindIndex(r => r.Name == c.Name))];
        _measured = new double[task.Actions.Dimension];
        _appliedHere = new double[task.Actions.Dimension];
        _writes = task.Actions.Resampling == ActionResampling.Linear ? task.PhysicsStepsPerControl : task.ActionRepeat;
        _writesPerPart = _writes / task.ActionRepeat;

        // A whole number of physics steps, in the nanoseconds to which a world rounds its step.
        _periodNanoseconds = task.PhysicsStepsPerControl * (long)Math.Round(1e9 / (task.ControlRateHz * task.PhysicsStepsPerControl));
    }

    public void Start(RobotState state) => _follower.Start(state);

    public LinkStatus Apply(ReadOnlySpan<float> action, RobotState state, ISteppedWorld world, MonotonicTime startedAt, int step, EpisodeStep into)
    {
        for (var i = 0; i < into.Action.Length; i++)
            into.Action[i] = Math.Clamp(action[i], -1f, 1f);
        _follower.Begin(into.Action, state);
        var status = Carry(world, startedAt, step, into);

        // What the guard let through as it was is exactly the action; what it changed is converted back.
        if (status != LinkStatus.Ok)
            ConvertBack(state, into);
        return status;
    }

    /// <summary>The last command stands for another period; the action that is noted is the one that comes nearest to it.</summary>
    public LinkStatus Hold(RobotState state, ISteppedWorld world, MonotonicTime startedAt, int step, EpisodeStep into)
    {
        _follower.Hold();
        var status = Carry(world, startedAt, step, into);
        ConvertBack(state, into);
        return status;
    }

    private LinkStatus Carry(ISteppedWorld world, MonotonicTime startedAt, int step, EpisodeStep into)
    {
        var worst = LinkStatus.Ok;
        for (var write = 1; write <= _writes; write++)
        {
            _follower.CommandAt((double)write / _writes, into.Requested);
            var status = _link.TryWrite(world.Now, into.Requested, into.Applied);
            if (status is not (LinkStatus.Ok or LinkStatus.Limited or LinkStatus.NotFinite))
                return status;
            if (status != LinkStatus.Ok)
                worst = status;
            world.AdvanceTo(new MonotonicTime(startedAt.Nanoseconds + (step * _periodNanoseconds) + (write * _periodNanoseconds / _writes)));
            if (write % _writesPerPart == 0 && write < _writes && !_partEnded((write / _writesPerPart) - 1))
                return LinkStatus.Fault;
        }

        return worst;
    }

    private void ConvertBack(RobotState state, EpisodeStep into)
    {
        for (var i = 0; i < _channelOf.Length; i++)
        {
            var joint = _link.Spec.Channels[_channelOf[i]].JointIndex;
            _measured[i] = joint >= 0 ? state.Positions[joint] : 0;
            _appliedHere[i] = into.Applied[_channelOf[i]];
        }

        _space.ToAction(_appliedHere, _measured, into.Action);
    }
}
