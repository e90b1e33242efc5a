using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Time;

namespace Robotics.Runtime.LockStep;

/// <summary>
/// What acts in a control loop: a tracker that keeps the belief and a planner that plans from it. The same two run against the wall
/// clock. Immutable; what they remember of an episode is forgotten when the loops are restarted, so that a run can be resumed between
/// episodes. One thread.
/// </summary>
public sealed record LoopController
{
    /// <summary>Name of the controller in records.</summary>
    public required string Name { get; init; }

    /// <summary>Keeps the belief.</summary>
    public required IBeliefTracker Tracker { get; init; }

    /// <summary>Plans from the belief.</summary>
    public required IPlanner Planner { get; init; }

    /// <summary>Maximum length of a plan, control periods.</summary>
    public required int Horizon { get; init; }

    /// <summary>Control periods that the controller looks ahead; 0 for one that does not.</summary>
    public required int PlanHorizon { get; init; }

    /// <summary>
    /// Control periods of simulated time from an observation to the moment at which the plan that was made from it takes effect, 0 or 1.
    /// Default: 0, a plan takes no simulated time.
    /// </summary>
    public int LatencyPeriods { get; init; }

    /// <summary>
    /// Whether the keys of decisions derive from a key of their own, that of the episode's first decision; otherwise from the episode's key,
    /// by number from 1. Controllers that keep a belief do, so that recorded runs can be repeated. Default: false.
    /// </summary>
    public bool DerivesKeysFromFirst { get; init; }

    /// <summary>Told the moment at which an episode begins; null for nobody.</summary>
    public Action<MonotonicTime>? Began { get; init; }

    /// <summary>A policy that chooses one action at a time from what is observed.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="observationDimension">Observation dimension.</param>
    public static LoopController From(IPolicy policy, int observationDimension) => new()
    {
        Name = policy.Name,
        Tracker = new ObservationTracker(observationDimension),
        Planner = new PolicyPlanner(policy),
        Horizon = 1,
        PlanHorizon = policy.PlanHorizon,
    };
}
