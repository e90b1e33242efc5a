using Robotics.Core.Errors;
using Robotics.Core.Models;

namespace Robotics.Data.Episodes;

/// <summary>All one-step experience of a run, in the order in which it was added. Not thread-safe; not for the tick path.</summary>
public sealed class ReplayBuffer(int observationDimension, int actionDimension)
{
    private float[] _observations = [];
    private float[] _actions = [];
    private float[] _next = [];

    /// <summary>Transitions held.</summary>
    public int Count { get; private set; }

    /// <summary>Adds every transition of an episode, whole or partial.</summary>
    /// <exception cref="UserErrorException">The episode has another layout.</exception>
    public void Add(Episode episode)
    {
        var (o, a) = (observationDimension, actionDimension);
        if (episode.ObservationDimension != o || episode.ActionDimension != a)
            throw new UserErrorException(
                $"An episode of task '{episode.Header.Task}' has {episode.ObservationDimension} observation and "
                + $"{episode.ActionDimension} action numbers where {o} and {a} are expected; start a new run folder.");
        var t = episode.Steps;
        Grow(Count + t);
        episode.Observations.AsSpan(0, t * o).CopyTo(_observations.AsSpan(Count * o));
        episode.Observations.AsSpan(o, t * o).CopyTo(_next.AsSpan(Count * o));
        episode.Actions.AsSpan(0, t * a).CopyTo(_actions.AsSpan(Count * a));
        Count += t;
    }

    /// <summary>The transitions, without copying: valid until the next <see cref="Add"/>.</summary>
    public TransitionSet ToTransitionSet() => new(Count, _observations, _actions, _next);

    private void Grow(int count)
    {
        if (count * observationDimension <= _observations.Length && count * actionDimension <= _actions.Length)
            return;
        var capacity = Math.Max(count, Count * 2);
        Array.Resize(ref _observations, capacity * observationDimension);
        Array.Resize(ref _next, capacity * observationDimension);
        Array.Resize(ref _actions, capacity * actionDimension);
    }
}
