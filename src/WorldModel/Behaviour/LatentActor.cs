using Robotics.Inference.Weights;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Behaviour;

/// <summary>
/// Policy on beliefs: a = tanh(μ + σ·ε) with μ limited to ±5 by a tanh and σ = softplus(raw) + minimum (Hafner et al. 2020, "Dream to
/// Control", appendix A). Keys: <c>net.*</c>. Not thread-safe.
/// </summary>
public sealed class LatentActor : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "net")]
    private readonly LatentMlp _net;

    private readonly double _minimumStd;

    /// <summary>Makes an untrained actor; weights are sampled from libtorch's generator.</summary>
    /// <param name="features">Dimension of a belief (h, s).</param>
    /// <param name="actions">Action dimension.</param>
    /// <param name="options">Sizes of the network.</param>
    public LatentActor(int features, int actions, BehaviourOptions options)
        : base(nameof(LatentActor))
    {
        options.Validate();
        ActionDimension = actions;
        _minimumStd = options.MinimumDeviation;
        _net = new LatentMlp(features, options.Hidden, 2 * actions);
        RegisterComponents();
    }

    /// <summary>Action dimension.</summary>
    public int ActionDimension { get; }

    /// <summary>The action at the mean, [row × action] of [row × feature].</summary>
    public override Tensor forward(Tensor input) => Distribution(input).Mean.tanh();

    /// <summary>A sampled action that passes gradients, and the mean entropy per action dimension before the tanh, nats.</summary>
    /// <param name="features">[row × feature].</param>
    public (Tensor Action, Tensor Entropy) Sample(Tensor features)
    {
        var (mean, std) = Distribution(features);
        return ((mean + (std * randn_like(mean))).tanh(), std.log().mean() + (0.5 * Math.Log(2 * Math.PI * Math.E)));
    }

    /// <summary>A copy of the weights for the control loop.</summary>
    public LatentActorWeights Export() => new(_net.Export(), (float)_minimumStd);

    private (Tensor Mean, Tensor Std) Distribution(Tensor features)
    {
        var output = _net.forward(features);
        var mean = (output.narrow(1, 0, ActionDimension) / LatentActorWeights.MeanLimit).tanh() * LatentActorWeights.MeanLimit;
        return (mean, nn.functional.softplus(output.narrow(1, ActionDimension, ActionDimension)) + _minimumStd);
    }
}
