using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using static TorchSharp.torch;

namespace Robotics.WorldModel.BeliefEnsembles;

/// <summary>
/// Training data of an ensemble over beliefs from a batch of sequences: filter states as data, through which no gradient flows. The
/// tensors belong to the scope they were made in.
/// </summary>
/// <param name="Features">(h, s) with s sampled from the posterior, [T × B × feature]: the start of transitions.</param>
/// <param name="Targets">(h, mean of s), [T × B × feature]: where they end.</param>
/// <param name="Actions">[T × B × action], the action that led to each step.</param>
/// <param name="Rewards">[T × B × 1], the reward of that action.</param>
/// <param name="RewardKnown">[T × B × 1], 1 where there is one.</param>
/// <param name="Valid">[T × B × 1], 0 beyond an episode's end.</param>
internal sealed record BeliefTransitions(Tensor Features, Tensor Targets, Tensor Actions, Tensor Rewards, Tensor RewardKnown, Tensor Valid)
{
    /// <summary>T.</summary>
    public int Length => (int)Features.shape[0];

    /// <summary>B.</summary>
    public int Count => (int)Features.shape[1];

    /// <summary>The data of a batch, in the current dispose scope.</summary>
    public static BeliefTransitions From(InferredSequence inferred, SequenceBatch batch)
    {
        var features = inferred.Carries.detach();
        var state = inferred.Posterior.Mean.detach();
        var path = features.narrow(2, 0, features.shape[2] - state.shape[2]);
        return new BeliefTransitions(features, cat([path, state], 2), batch.Actions, batch.Rewards, batch.RewardKnown, batch.Valid);
    }

    /// <summary>The data of a finished filter's beliefs, in the current dispose scope.</summary>
    public static BeliefTransitions From(BeliefBatch batch) => new(
        batch.Beliefs, batch.Beliefs, cat([zeros_like(batch.Actions.narrow(0, 0, 1)), batch.Actions], 0),
        batch.Rewards, batch.Known, ones_like(batch.Known));

    /// <summary>Some steps of all sequences, step after step: [steps · B × width].</summary>
    public static Tensor Rows(Tensor values, Tensor steps) => values.index_select(0, steps).reshape(steps.shape[0] * values.shape[1], -1);
}
