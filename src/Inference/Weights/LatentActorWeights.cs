namespace Robotics.Inference.Weights;

/// <summary>
/// A trained actor on beliefs (h, s): a = tanh(5·tanh(μ/5) + σ·ε) with σ = softplus(raw) + minimum (Hafner et al. 2020, appendix A). SiLU
/// follows every layer but the last. Treat as immutable.
/// </summary>
/// <param name="Layers">(h, s) to μ of each element of the action, then the raw stds.</param>
/// <param name="MinimumStd">Offset added to every std, 0 or more.</param>
public sealed record LatentActorWeights(IReadOnlyList<LayerWeights> Layers, float MinimumStd)
{
    /// <summary>Scale of the soft limit of μ.</summary>
    public const float MeanLimit = 5;

    /// <summary>Action dimension.</summary>
    public int ActionDimension => Layers[^1].Outputs / 2;

    /// <summary>Checks that every shape fits.</summary>
    /// <param name="features">Dimension of (h, s).</param>
    /// <param name="actions">Action dimension.</param>
    /// <exception cref="ArgumentException">A shape does not fit; the message says which.</exception>
    public void Validate(int features, int actions) => NetworkShape.Check("actor", Layers, 1, features, 2 * actions);
}
