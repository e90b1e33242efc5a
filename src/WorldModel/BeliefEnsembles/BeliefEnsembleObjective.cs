using Robotics.Core.Randomness;
using static TorchSharp.torch;

namespace Robotics.WorldModel.BeliefEnsembles;

/// <summary>
/// The losses of <see cref="BeliefEnsembleTrainer"/> on one batch. Each is summed over members and averaged over what counts, so that a
/// member's loss does not depend on how many there are.
/// </summary>
/// <param name="ensemble">The networks.</param>
/// <param name="data">The batch.</param>
/// <param name="counts">[member × 1 × B], bootstrap counts of each member for each sequence.</param>
internal sealed class BeliefEnsembleObjective(BeliefEnsemble ensemble, BeliefTransitions data, Tensor counts)
{
    private readonly int _members = ensemble.Dynamics.Members;
    private readonly Device _device = data.Features.device;

    /// <summary>The loss from every filter state to the next.</summary>
    public Tensor OneStep()
    {
        var (before, after) = (Steps(0, 1, data.Length - 1), Steps(1, 1, data.Length - 1));
        var (mean, logVariance) = ensemble.Advance(Each(Rows(data.Features, before)), Each(Rows(data.Actions, after)));
        var error = mean - Rows(data.Targets, after);
        var loss = addcmul(logVariance, error * error, exp(-logVariance), 1) * Beta(logVariance.detach());
        return Mean(loss, data.Valid, after);
    }

    /// <summary>The member's own rollout, K steps from starts K steps apart: the loss of steps 2 to K, and the rollout.</summary>
    public (Tensor Loss, IReadOnlyList<(Tensor Features, Tensor Steps)> Path) OpenLoop(RandomKey key)
    {
        var length = Math.Min(ensemble.Options.OpenLoopSteps, data.Length - 1);
        var random = key.OpenStream();
        var first = random.NextInt32(Math.Min(length, data.Length - length));
        var starts = Steps(first, length, (data.Length - 1 - first) / length);
        var (features, variance) = (Each(Rows(data.Features, starts)), zeros(1, device: _device));
        var (loss, path) = (zeros(1, device: _device).sum(), new List<(Tensor, Tensor)>());
        for (var k = 1; k <= length; k++)
        {
            var steps = starts + k;
            (features, var logVariance) = ensemble.Advance(features, Each(Rows(data.Actions, steps)));
            variance += logVariance.detach().exp();
            path.Add((features, steps));
            if (k == 1)
                continue;
            var error = (features - Rows(data.Targets, steps)).square() / variance;
            loss += Mean(error * Beta(variance.log()), data.Valid, steps) / (length - 1);
        }

        return (loss, path);
    }

    /// <summary>The reward loss on filter states and on a rollout.</summary>
    public Tensor Reward(IReadOnlyList<(Tensor Features, Tensor Steps)> path)
    {
        var after = Steps(1, 1, data.Length - 1);
        var steps = cat([after, .. path.Select(p => p.Steps)], 0);
        var features = cat([Each(Rows(data.Features, after)), .. path.Select(p => p.Features)], 1);
        var error = (ensemble.RewardOf(features) - Rows(data.Rewards, steps)) / ensemble.Reward.TargetStandardDeviation;
        return Mean(error.square() * 0.5, data.RewardKnown, steps);
    }

    private static Tensor Rows(Tensor values, Tensor steps) => BeliefTransitions.Rows(values, steps);

    /// <summary>(σ / unit)^2β.</summary>
    private Tensor Beta(Tensor logVariance) =>
        exp((logVariance - (2 * log(ensemble.Dynamics.TargetStandardDeviation))) * ensemble.Options.NllBeta);

    /// <summary>The sum over members of the mean over elements, of valid rows: [member × step · B × width] to one number.</summary>
    private Tensor Mean(Tensor loss, Tensor mask, Tensor steps)
    {
        var rows = Rows(mask, steps);
        var weight = counts.expand(_members, steps.shape[0], data.Count).reshape(_members, -1, 1) * rows;
        return (loss * weight).sum() / (rows.sum().clamp_min(1) * loss.shape[2]);
    }

    private Tensor Each(Tensor rows) => rows.unsqueeze(0).expand(_members, -1, -1);

    private Tensor Steps(int first, int stride, int count) => arange(0, count, ScalarType.Int64, _device).mul(stride) + first;
}
