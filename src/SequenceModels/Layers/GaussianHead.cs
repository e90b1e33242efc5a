using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>
/// Features to a diagonal Gaussian: means, and σ = softplus(raw) + minimum, by one hidden layer. Not thread-safe.
/// </summary>
public sealed class GaussianHead : nn.Module<Tensor, DiagonalGaussian>
{
    [ComponentName(Name = "net")]
    private readonly Mlp _net;

    private readonly int _size;
    // Held for as long as the head: an implicit Scalar may be finalised while native code still reads it.
    private readonly Scalar _minimum;

    /// <summary>Creates the head.</summary>
    /// <param name="inputs">Feature dimension.</param>
    /// <param name="hidden">Hidden units.</param>
    /// <param name="size">D.</param>
    /// <param name="minimumStd">Minimum σ.</param>
    public GaussianHead(int inputs, int hidden, int size, double minimumStd)
        : base(nameof(GaussianHead))
    {
        _net = new Mlp(inputs, hidden, 2 * size);
        (_size, _minimum) = (size, minimumStd);
        RegisterComponents();
    }

    /// <summary>The layers: outputs are D means, then D raw stds.</summary>
    public Mlp Net => _net;

    /// <inheritdoc/>
    public override DiagonalGaussian forward(Tensor input) => Split(_net.forward(input));

    /// <summary>Means and raw stds [… × 2D] to a distribution.</summary>
    internal DiagonalGaussian Split(Tensor output)
    {
        var last = output.ndim - 1;
        return new DiagonalGaussian(output.narrow(last, 0, _size), nn.functional.softplus(output.narrow(last, _size, _size)) + _minimum);
    }
}
