using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;

namespace Robotics.Runtime.LockStep;

/// <summary>Adapts a policy to a planner whose plans are one action long. As safe on the tick path as the policy.</summary>
internal sealed class PolicyPlanner(IPolicy policy) : IPlanner
{
    /// <inheritdoc/>
    public void Reset() => policy.Reset();

    /// <inheritdoc/>
    public PlanStatus Plan(Belief belief, MonotonicTime validFrom, RandomKey key, in PlanBudget budget, ActionPlanBuffer into)
    {
        var decision = policy.Decide(belief.Mean, validFrom, key, into.Actions.AsSpan(0, into.ActionDimension));
        (into.Horizon, into.ValidFrom) = (1, validFrom);
        (into.PredictedReturn, into.Disagreement) = (decision.PredictedReturn, decision.Disagreement);
        return decision.Status;
    }
}
