using Robotics.Core.Beliefs;
using Robotics.Core.Links;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Threading;
using Robotics.Core.Time;

namespace Robotics.Controller.Loops;

/// <summary>Components of a control loop. Immutable.</summary>
public sealed record ControlParts
{
    /// <summary>Source of joint states: <see cref="ServoLoop.Reports"/>, whose only reader is the control loop.</summary>
    public required TripleBuffer<ServoReport> Reports { get; init; }

    /// <summary>Assembles the task's observation.</summary>
    public required IObservationSource Observations { get; init; }

    /// <summary>Turns the task's observation, and whatever else it reads, into a belief.</summary>
    public required IBeliefTracker Tracker { get; init; }

    /// <summary>Turns beliefs into plans.</summary>
    public required IPlanner Planner { get; init; }

    /// <summary>Destination of plans.</summary>
    public required PlanMailbox Plans { get; init; }

    /// <summary>Whose time the loop keeps.</summary>
    public required IPacer Pacer { get; init; }

    /// <summary>Random key of the decisions.</summary>
    public required RandomKey Key { get; init; }

    /// <summary>Once it is cancelled, decisions end early with the best plan so far. Default: never.</summary>
    public CancellationToken Stop { get; init; }
}

/// <summary>Event counts of the control loop. Written by its thread; read from any, for reports.</summary>
public sealed class ControlCounters
{
    /// <summary>Plans published.</summary>
    public long Published { get; internal set; }

    /// <summary>Published plans that were ready only after their deadline.</summary>
    public long Late { get; internal set; }

    /// <summary>Plans that the deadline cut short.</summary>
    public long Truncated { get; internal set; }

    /// <summary>Plans that had expired before they were ready, and were dropped.</summary>
    public long Expired { get; internal set; }

    /// <summary>
    /// Decisions without any finite rollout; their plans are dropped, so that the old one runs out and the servo degrades.
    /// </summary>
    public long NoFiniteRollout { get; internal set; }

    /// <summary>Plans of decisions in which the model could not be trusted about any sequence.</summary>
    public long Untrusted { get; internal set; }

    /// <summary>Ticks at which something new had come for the belief, or not long before.</summary>
    public long Observed { get; internal set; }

    /// <summary>Ticks at which nothing had come that could be used.</summary>
    public long Unobserved { get; internal set; }

    /// <summary>Ticks without a plan because nothing, or nothing of a stream that must not be missing, was observed for too long.</summary>
    public long Blind { get; internal set; }
}
