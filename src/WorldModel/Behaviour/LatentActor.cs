using Robotics.Inference.Weights;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Behaviour;

/// <summary>
/// An actor on beliefs: a = tanh(μ + σ·ε) with μ bent to ±5 and σ = softplus(raw) + minimum (Hafner et al. 2020, "Dream to Control",
/// appendix A). Keys: <c>net.*</c>. Not thread-safe.
/// </summary>
public sealed class LatentActor : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "net")]
    private readonly LatentMlp _net;

    private readonly double _minimum;

    /// <summary>Makes an untrained actor; weights are drawn from libtorch's generator.</summary>
    /// <param name="features">Numbers in (h, s).</param>
    /// <param name="actions">Numbers in an action.</param>
    /// <param name="options">Sizes.</param>
    public LatentActor(int features, int actions, ActorCriticOptions options)
        : base(nameof(LatentActor))
    {
        options.Validate();
        (ActionDimension, _minimum) = (actions, options.MinimumDeviation);
        _net = new LatentMlp(features, options.Hidden, 2 * actions);
        RegisterComponents();
    }

    /// <summary>Numbers in an action.</summary>
    public int ActionDimension { get; }

    /// <summary>The action at the mean, [row × action] of [row × feature].</summary>
    public override Tensor forward(Tensor input) => Distribution(input).Mean.tanh();

    /// <summary>A drawn action, through which gradients pass, and the mean entropy a number before the tanh, nats.</summary>
    /// <param name="features">[row × feature].</param>
    public (Tensor Action, Tensor Entropy) Draw(Tensor features)
    {
        var (mean, deviation) = Distribution(features);
        return ((mean + (deviation * randn_like(mean))).tanh(), deviation.log().mean() + (0.5 * Math.Log(2 * Math.PI * Math.E)));
    }

    /// <summary>A copy of the weights as they are now, in the form that the loop's engine packs.</summary>
    public LatentActorWeights Export() => new(_net.Export(), (float)_minimum);

    private (Tensor Mean, Tensor Deviation) Distribution(Tensor features)
    {
        var output = _net.forward(features);
        var mean = (output.narrow(1, 0, ActionDimension) / LatentActorWeights.MeanLimit).tanh() * LatentActorWeights.MeanLimit;
        return (mean, nn.functional.softplus(output.narrow(1, ActionDimension, ActionDimension)) + _minimum);
    }
}
