using Robotics.Core.Rollouts;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.WorldModel.BeliefEnsembles;

/// <summary>
/// Rollouts of <see cref="BeliefEnsemble"/> by TS∞ with the operators of libtorch, on the device where the ensemble is: to be compared
/// with <c>BeliefEnsembleEvaluator</c>, whose results it matches except for the random numbers, and for devices on which libtorch
/// is faster. Allocates tensors at every step: not for the tick path. One caller at a time.
/// </summary>
/// <param name="ensemble">The model, used as it is at each call.</param>
/// <param name="particles">Particles per candidate, a multiple of the members.</param>
/// <param name="isSampled">True to sample states; otherwise particles follow the means.</param>
/// <param name="value">Value function after the last step, [row × feature] to [row × 1]; null for none.</param>
/// <param name="discount">Discount per step; 1 without a value function.</param>
public sealed class LibtorchBeliefEvaluator(
    BeliefEnsemble ensemble, int particles, bool isSampled, nn.Module<Tensor, Tensor>? value = null, double discount = 1)
    : ITrajectoryEvaluator
{
    private readonly int _members = ensemble.Dynamics.Members;

    /// <inheritdoc/>
    public int BeliefDimension => ensemble.FeatureDimension;

    /// <inheritdoc/>
    public int ActionDimension => ensemble.ActionDimension;

    /// <inheritdoc/>
    public void Evaluate(in RolloutRequest request, RolloutResult into)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var device = ensemble.Dynamics.InputMean.device;
        using var generator = new Generator(request.Key.Value);
        var (share, count) = (particles / _members, request.Population);
        var actions = tensor(request.Actions.ToArray(), [count, request.Horizon, ActionDimension], device: device)
            .repeat_interleave(share, 0);
        var features = Sample(tensor(request.Belief.ToArray(), [1, 1, BeliefDimension], device: device).expand(_members, count * share, -1),
            BeliefStd(request, device), generator);
        var returns = zeros([_members, count * share], device: device);
        var weight = 1.0;
        for (var step = 0; step < request.Horizon; step++)
        {
            var (mean, logVariance) = ensemble.Advance(features, actions.select(1, step).unsqueeze(0).expand(_members, -1, -1));
            var path = mean.narrow(2, 0, ensemble.Deterministic).clamp(-1, 1);
            var std = cat([zeros_like(path), (logVariance.narrow(2, ensemble.Deterministic, ensemble.Stochastic) * 0.5).exp()], 2);
            features = Sample(cat([path, mean.narrow(2, ensemble.Deterministic, ensemble.Stochastic)], 2), std, generator);
            returns += ensemble.RewardOf(features).squeeze(2) * weight;
            weight *= discount;
        }

        if (value is not null)
            returns += value.forward(features.reshape(-1, BeliefDimension)).view(_members, -1) * weight;
        Answer(returns.view(_members, count, share).mean([2L]), into);
    }

    private Tensor BeliefStd(in RolloutRequest request, Device device)
    {
        var std = zeros([1, 1, BeliefDimension], device: device);
        if (request.Std.Length == BeliefDimension)
            std.narrow(2, ensemble.Deterministic, ensemble.Stochastic)
                .copy_(tensor(request.Std[ensemble.Deterministic..].ToArray(), device: device));
        return std;
    }

    private Tensor Sample(Tensor mean, Tensor std, Generator generator) =>
        isSampled ? mean + (std * randn(mean.shape, generator: generator).to(mean.device)) : mean;

    private static void Answer(Tensor byMember, RolloutResult into)
    {
        var mean = byMember.mean([0L]);
        var std = (byMember - mean).square().mean([0L]).sqrt();
        var (returns, disagreement) = (mean.cpu().ToFloats(), std.cpu().ToFloats());
        for (var i = 0; i < returns.Length; i++)
        {
            var isFinite = float.IsFinite(returns[i]);
            into.Returns[i] = isFinite ? returns[i] : float.NegativeInfinity;
            into.Disagreement[i] = isFinite ? disagreement[i] : 0;
            into.Status[i] = isFinite ? RolloutStatus.Ok : RolloutStatus.NotFinite;
        }
    }
}
