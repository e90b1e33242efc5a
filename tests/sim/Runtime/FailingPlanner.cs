using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Runtime.LockStep;

namespace Robotics.Tests.Sim.Runtime;

/// <summary>Plans for a while; after that it finds no finite rollout.</summary>
internal sealed class FailingPlanner : IPolicy
{
    private int _plans;

    public int PlansUntilFailure { get; init; }

    public string Name => "failing";

    public int PlanHorizon => 0;

    public void Reset() => _plans = 0;

    public Decision Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, Span<float> action)
    {
        action.Fill(0.5f);
        return Decision.NoPrediction with { Status = _plans++ < PlansUntilFailure ? PlanStatus.Ok : PlanStatus.NoFiniteRollout };
    }
}
