using Robotics.Core.Randomness;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Behaviour;

/// <summary>
/// The controller of Ha and Schmidhuber 2018, "World Models", section 2: a linear policy a = tanh(W·(h, s) + b) that is evolved in imagined
/// rollouts. An update is one generation: controllers sampled from a Gaussian are rolled out from the same beliefs, and mean and std move
/// towards those of the elites. Where it differs: the cross-entropy method in place of CMA-ES; vision and memory are the filter's belief;
/// the weights start at mean zero with a std of 1/√features, which may not fall below a hundredth of that. Not thread-safe; not for the
/// tick path.
/// </summary>
public sealed class WorldModelsTrainer : BehaviourTrainer
{
    private const int Population = 64;
    private const int Elites = 8;
    private const int MaximumStarts = 16;
    private const double UpdateRate = 0.7;
    private const double MinimumStd = 0.01;
    private readonly int _features;
    private readonly int _actions;
    private readonly Tensor _mean;
    private readonly Tensor _std;

    /// <summary>Starts from a controller whose mean action is zero.</summary>
    /// <param name="features">Dimension of a belief (h, s).</param>
    /// <param name="actions">Action dimension.</param>
    /// <param name="options">Horizon and discount.</param>
    /// <param name="key">Seed of the choice of beliefs that rollouts start from.</param>
    /// <param name="device">Device for training; null for the CPU.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public WorldModelsTrainer(int features, int actions, BehaviourOptions options, RandomKey key, Device? device = null)
        : base(options, key)
    {
        _features = features;
        _actions = actions;
        _mean = zeros([actions, features + 1], device: device).DetachFromDisposeScope();
        _std = full([actions, features + 1], 1 / Math.Sqrt(features), device: device).DetachFromDisposeScope();
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
        _std.Dispose();
    }

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, Tensor Value)> State() => [("mean", _mean), ("deviation", _std)];

    private protected override IEnumerable<KeyValuePair<string, double>> Learn(Tensor starts, ImaginedStep world)
    {
        using var noGrad = no_grad();
        starts = starts.narrow(0, 0, Math.Min(MaximumStarts, starts.shape[0]));
        var controllers = _mean + (_std * randn([Population, _actions, _features + 1], device: _mean.device));
        var returns = Rollout(controllers, starts, world);
        var best = controllers.index_select(0, returns.topk(Elites).indexes);
        var centre = best.mean([0L]);
        var std = (best - centre).square().mean([0L]).sqrt();
        _mean.copy_((_mean * (1 - UpdateRate)) + (centre * UpdateRate));
        _std.copy_(((_std * (1 - UpdateRate)) + (std * UpdateRate)).clamp_min(MinimumStd / Math.Sqrt(_features)));
        return
        [
            new("imagined_return", returns.mean().item<float>() * (1 - Options.Discount)),
            new("controller_spread", _std.mean().item<float>()),
        ];
    }

    /// <summary>Mean discounted return over the starts, [controller].</summary>
    private Tensor Rollout(Tensor controllers, Tensor starts, ImaginedStep world)
    {
        var (weights, biases) = (controllers.narrow(2, 0, _features).transpose(1, 2), controllers.narrow(2, _features, 1).transpose(1, 2));
        var states = starts.unsqueeze(0).expand(Population, -1, -1);
        var (returns, weight) = (zeros([Population, starts.shape[0], 1], device: starts.device), 1.0);
        for (var k = 0; k < Options.Horizon; k++)
        {
            using var step = NewDisposeScope();
            var mean = ((bmm(states, weights) + biases) / LatentActorWeights.MeanLimit).tanh() * LatentActorWeights.MeanLimit;
            var (next, reward) = world(states.reshape(-1, _features), mean.tanh().reshape(-1, _actions));
            returns.add_(reward.view(Population, -1, 1) * weight);
            states = next.view(Population, -1, _features).MoveToOuterDisposeScope();
            weight *= Options.Discount;
        }

        return returns.mean([1L, 2L]);
    }
}
