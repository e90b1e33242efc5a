using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;

namespace Robotics.Controller.Planning;

/// <summary>
/// Adds Gaussian noise to the first action of another planner's plans, for collecting experience (Hafner et al. 2019, algorithm 1,
/// line 12). Whoever carries a belief over the plan sees the noise too. Used by one thread; does not allocate, does not throw; safe on
/// the tick path.
/// </summary>
/// <param name="planner">The planner.</param>
/// <param name="std">σ, actions in [−1, 1].</param>
public sealed class ExploringPlanner(IPlanner planner, double std) : IPlanner
{
    private const ulong NoiseKey = 0x6e6f697365;

    /// <inheritdoc/>
    public void Reset() => planner.Reset();

    /// <inheritdoc/>
    public PlanStatus Plan(Belief belief, MonotonicTime validFrom, RandomKey key, in PlanBudget budget, ActionPlanBuffer into)
    {
        var status = planner.Plan(belief, validFrom, key, in budget, into);
        if (std <= 0 || into.Horizon == 0)
            return status;
        var random = key.Derive(NoiseKey).OpenStream();
        for (var i = 0; i < into.ActionDimension; i++)
            into.Actions[i] = (float)Math.Clamp(into.Actions[i] + (std * random.NextGaussian()), -1, 1);
        return status;
    }
}
