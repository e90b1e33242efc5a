using static TorchSharp.torch;

namespace Robotics.WorldModel.BeliefEnsembles;

/// <summary>
/// The units of a belief ensemble's inputs and outputs, as running means over batches: the filter's coordinates drift while it learns,
/// so that statistics taken once would soon be wrong. Not thread-safe.
/// </summary>
internal static class BeliefStatistics
{
    private const double Decay = 0.99;
    private const double LeastFeature = 0.05;
    private const double LeastChange = 1e-3;

    /// <summary>Moves an ensemble's statistics towards a batch's; the first batch's are taken as they are.</summary>
    public static void Follow(BeliefEnsemble ensemble, BeliefTransitions data, bool isFirst)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var steps = arange(1, data.Length, ScalarType.Int64, data.Features.device);
        var before = arange(0, data.Length - 1, ScalarType.Int64, data.Features.device);
        var (valid, from, to) = (Rows(data.Valid, steps), Rows(data.Features, before), Rows(data.Targets, steps));
        var inputs = Moments(cat([from, Rows(data.Actions, steps)], 1), valid);
        var change = cat([to.narrow(1, 0, ensemble.Deterministic) - from.narrow(1, 0, ensemble.Deterministic),
            to.narrow(1, ensemble.Deterministic, ensemble.Stochastic)], 1);
        var share = isFirst ? 1 : 1 - Decay;
        var (dynamics, reward) = (ensemble.Dynamics, ensemble.Reward);
        Move(dynamics.InputMean, inputs.Mean, share);
        Move(dynamics.InputStandardDeviation, inputs.Std.clamp_min(LeastFeature), share);
        Move(dynamics.TargetStandardDeviation, Moments(change, valid).Std.clamp_min(LeastChange), share);
        Move(reward.InputMean, dynamics.InputMean.narrow(1, 0, ensemble.FeatureDimension), 1);
        Move(reward.InputStandardDeviation, dynamics.InputStandardDeviation.narrow(1, 0, ensemble.FeatureDimension), 1);
        var known = Rows(data.RewardKnown, steps);
        if (known.sum().item<float>() > 1)
            Move(reward.TargetStandardDeviation, Moments(Rows(data.Rewards, steps), known).Std.clamp_min(LeastChange), share);
    }

    private static Tensor Rows(Tensor values, Tensor steps) => BeliefTransitions.Rows(values, steps);

    private static (Tensor Mean, Tensor Std) Moments(Tensor rows, Tensor counted)
    {
        var total = counted.sum().clamp_min(1);
        var mean = (rows * counted).sum(0, keepdim: true) / total;
        var variance = ((rows - mean).square() * counted).sum(0, keepdim: true) / total;
        return (mean, variance.sqrt());
    }

    private static void Move(Tensor statistic, Tensor towards, double share) =>
        statistic.copy_((statistic * (1 - share)) + (towards * share));
}
