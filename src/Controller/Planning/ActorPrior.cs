using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Inference.Policies;
using Robotics.Inference.Rssm;
using Robotics.Inference.Weights;

namespace Robotics.Controller.Planning;

/// <summary>
/// Proposes to a planner what an actor would do along the model's means: first with its mean actions, then with sampled ones (the seeds of
/// TD-MPC, Hansen et al. 2022). Used by one thread; does not allocate, does not throw; safe on the tick path.
/// </summary>
public sealed class ActorPrior : IActionPrior
{
    private readonly ActorRollout _rollout;
    private readonly int _actions;

    /// <summary>Packs the networks; for set-up.</summary>
    /// <param name="model">Model for the rollouts; beliefs are its (h, s).</param>
    /// <param name="actor">Weights of the actor.</param>
    /// <param name="maximumCount">Proposals at most, at least 1.</param>
    /// <exception cref="ArgumentException">A shape does not fit; the message names it.</exception>
    public ActorPrior(CompiledRssm model, LatentActorWeights actor, int maximumCount) =>
        (_rollout, _actions) = (new ActorRollout(model, actor, null, maximumCount), model.ActionDimension);

    /// <inheritdoc/>
    public int Propose(Belief belief, RandomKey key, int count, int horizon, Span<float> into)
    {
        count = Math.Clamp(count, 0, _rollout.Rows);
        _rollout.Run(belief.Mean, count, horizon, key, into[..(count * horizon * _actions)]);
        return count;
    }
}
