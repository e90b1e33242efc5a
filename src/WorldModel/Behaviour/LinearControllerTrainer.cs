using Robotics.Core.Randomness;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Behaviour;

/// <summary>
/// A linear controller a = tanh(W·(h, s) + b) that is evolved in imagination: the third part of Ha and Schmidhuber 2018, "World Models",
/// section 2. An update is one generation: controllers drawn from a Gaussian are rolled out from the same beliefs, and mean and spread go
/// towards those of the best. Where it differs: the cross-entropy method in place of CMA-ES; picture and memory are the filter's belief,
/// which is trained along; the weights start around zero with a spread of 1/√features and may not fall below a hundredth of it. Not
/// thread-safe; not for the tick path.
/// </summary>
public sealed class LinearControllerTrainer : BehaviourTrainer
{
    private const int Population = 64;
    private const int Elites = 8;
    private const int StartsEach = 16;
    private const double KeptShare = 0.7;
    private const double LeastSpread = 0.01;
    private readonly int _features;
    private readonly int _actions;
    private readonly Tensor _mean;
    private readonly Tensor _deviation;

    /// <summary>Begins around a controller that does nothing.</summary>
    /// <param name="features">Numbers in (h, s).</param>
    /// <param name="actions">Numbers in an action.</param>
    /// <param name="options">Horizon and discount.</param>
    /// <param name="key">Which beliefs are started from.</param>
    /// <param name="device">Where; null for the processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public LinearControllerTrainer(int features, int actions, ActorCriticOptions options, RandomKey key, Device? device = null)
        : base(options, key)
    {
        (_features, _actions) = (features, actions);
        _mean = zeros([actions, features + 1], device: device).DetachFromDisposeScope();
        _deviation = full([actions, features + 1], 1 / Math.Sqrt(features), device: device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override LatentActorWeights ExportActor()
    {
        using var scope = NewDisposeScope();
        var rows = _mean.cpu().contiguous().ToFloats();
        var (weights, biases) = (new float[2 * _actions * _features], new float[2 * _actions]);
        biases.AsSpan(_actions).Fill(-30);
        for (var a = 0; a < _actions; a++)
        {
            rows.AsSpan(a * (_features + 1), _features).CopyTo(weights.AsSpan(a * _features));
            biases[a] = rows[(a * (_features + 1)) + _features];
        }

        return new LatentActorWeights([new LayerWeights(_features, 2 * _actions, weights, biases)], 0);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _mean.Dispose();
        _deviation.Dispose();
    }

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, Tensor Value)> State() => [("mean", _mean), ("deviation", _deviation)];

    private protected override IEnumerable<KeyValuePair<string, double>> Learn(Tensor starts, ImaginedStep world)
    {
        using var noGrad = no_grad();
        starts = starts.narrow(0, 0, Math.Min(StartsEach, starts.shape[0]));
        var controllers = _mean + (_deviation * randn([Population, _actions, _features + 1], device: _mean.device));
        var returns = Rollout(controllers, starts, world);
        var best = controllers.index_select(0, returns.topk(Elites).indexes);
        var centre = best.mean([0L]);
        var spread = (best - centre).square().mean([0L]).sqrt();
        _mean.copy_((_mean * (1 - KeptShare)) + (centre * KeptShare));
        _deviation.copy_(((_deviation * (1 - KeptShare)) + (spread * KeptShare)).clamp_min(LeastSpread / Math.Sqrt(_features)));
        return [new("imagined_return", returns.mean().item<float>() * (1 - Options.Discount)), new("controller_spread", _deviation.mean().item<float>())];
    }

    /// <summary>[controller], the mean discounted return over the starts.</summary>
    private Tensor Rollout(Tensor controllers, Tensor starts, ImaginedStep world)
    {
        var (weights, biases) = (controllers.narrow(2, 0, _features).transpose(1, 2), controllers.narrow(2, _features, 1).transpose(1, 2));
        var states = starts.unsqueeze(0).expand(Population, -1, -1);
        var (returns, weight) = (zeros([Population, starts.shape[0], 1], device: starts.device), 1.0);
        for (var k = 0; k < Options.Horizon; k++)
        {
            using var step = NewDisposeScope();
            var bent = ((bmm(states, weights) + biases) / LatentActorWeights.MeanLimit).tanh() * LatentActorWeights.MeanLimit;
            var (next, reward) = world(states.reshape(-1, _features), bent.tanh().reshape(-1, _actions));
            returns.add_(reward.view(Population, -1, 1) * weight);
            states = next.view(Population, -1, _features).MoveToOuterDisposeScope();
            weight *= Options.Discount;
        }

        return returns.mean([1L, 2L]);
    }
}
