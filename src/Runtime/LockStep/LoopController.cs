using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Time;

namespace Robotics.Runtime.LockStep;

/// <summary>
/// The controller of a control loop: a belief tracker and a planner that plans from the belief. The same two run against the wall
/// clock. Immutable; their state is reset when the loops are restarted, so that a run can be resumed between
/// episodes. One thread.
/// </summary>
public sealed record LoopController
{
    /// <summary>Name of the controller in records.</summary>
    public required string Name { get; init; }

    /// <summary>The belief tracker.</summary>
    public required IBeliefTracker Tracker { get; init; }

    /// <summary>The planner.</summary>
    public required IPlanner Planner { get; init; }

    /// <summary>Maximum length of a plan, control periods.</summary>
    public required int Horizon { get; init; }

    /// <summary>Planning horizon, control periods; 0 for a controller that does not plan.</summary>
    public required int PlanHorizon { get; init; }

    /// <summary>
    /// Latency from an observation to the time at which the plan made from it takes effect, control periods of simulated time, 0 or 1.
    /// Default: 0, a plan takes no simulated time.
    /// </summary>
    public int LatencyPeriods { get; init; }

    /// <summary>
    /// True when the random keys of decisions derive from that of the episode's first decision; otherwise they derive from the
    /// episode's key, by number from 1. True for controllers that keep a belief, so that recorded runs can be repeated. Default: false.
    /// </summary>
    public bool DerivesKeysFromFirst { get; init; }

    /// <summary>Called with the time at which an episode begins; null for no callback.</summary>
    public Action<MonotonicTime>? Began { get; init; }

    /// <summary>Wraps a policy that chooses one action at a time from the observation.</summary>
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
