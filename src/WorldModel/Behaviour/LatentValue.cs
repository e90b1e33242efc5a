using Robotics.Inference.Weights;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Behaviour;

/// <summary>
/// Value of a belief: the discounted sum of future rewards, V(h, s) = net(h, s) / (1 − γ), so that the network's output has the scale of a
/// reward. Keys: <c>net.*</c>. Not thread-safe.
/// </summary>
public sealed class LatentValue : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "net")]
    private readonly LatentMlp _net;

    private readonly double _discount;

    /// <summary>Makes an untrained value; weights are sampled from libtorch's generator.</summary>
    /// <param name="features">Dimension of a belief (h, s).</param>
    /// <param name="options">Sizes and discount.</param>
    public LatentValue(int features, BehaviourOptions options)
        : base(nameof(LatentValue))
    {
        options.Validate();
        _discount = options.Discount;
        _net = new LatentMlp(features, options.Hidden, 1);
        RegisterComponents();
    }

    /// <summary>V of [… × feature]: [… × 1].</summary>
    public override Tensor forward(Tensor input) => _net.forward(input) / (1 - _discount);

    /// <summary>A copy of the weights for the control loop.</summary>
    public LatentValueWeights Export() => new(_net.Export((float)(1 / (1 - _discount))), _discount);
}
