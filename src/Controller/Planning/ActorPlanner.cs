using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Inference.Policies;
using Robotics.Inference.Rssm;
using Robotics.Inference.Weights;

namespace Robotics.Controller.Planning;

/// <summary>
/// An actor in a planner's place: the plan is what the actor would do along the model's means, without search. Used by one thread; does
/// not allocate, does not throw; safe on the tick path.
/// </summary>
public sealed class ActorPlanner : IPlanner
{
    private readonly ActorRollout _rollout;
    private readonly int _horizon;

    /// <summary>Packs the networks; for set-up.</summary>
    /// <param name="model">Model for the rollouts; beliefs are its (h, s).</param>
    /// <param name="actor">Weights of the actor.</param>
    /// <param name="horizon">Steps of a plan, at least 1.</param>
    /// <param name="value">For the predicted return; null counts the plan's rewards alone.</param>
    /// <exception cref="ArgumentException">A shape does not fit; the message names it.</exception>
    public ActorPlanner(CompiledRssm model, LatentActorWeights actor, int horizon, LatentValueWeights? value = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        (_rollout, _horizon) = (new ActorRollout(model, actor, value, 1), horizon);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        // It remembers nothing.
    }

    /// <inheritdoc/>
    public PlanStatus Plan(Belief belief, MonotonicTime validFrom, RandomKey key, in PlanBudget budget, ActionPlanBuffer into)
    {
        into.Horizon = Math.Min(_horizon, into.HorizonCapacity);
        into.ValidFrom = validFrom;
        _rollout.Run(belief.Mean, 1, into.Horizon, key, into.Actions);
        (into.PredictedReturn, into.Disagreement) = (_rollout.Returns[0], 0);
        return float.IsFinite(into.PredictedReturn) ? PlanStatus.Ok : PlanStatus.NoFiniteRollout;
    }
}
