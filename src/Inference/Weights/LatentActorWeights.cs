namespace Robotics.Inference.Weights;

/// <summary>
/// A trained actor on beliefs (h, s): a = tanh(5·tanh(μ/5) + σ·ε) with σ = softplus(raw) + minimum (Hafner et al. 2020, appendix A). SiLU
/// follows every layer but the last. Treat as immutable.
/// </summary>
/// <param name="Layers">(h, s) to one μ for each number of an action, then the raw deviations.</param>
/// <param name="MinimumDeviation">What is added to every deviation, 0 or more.</param>
public sealed record LatentActorWeights(IReadOnlyList<LayerWeights> Layers, float MinimumDeviation)
{
    /// <summary>Where μ is bent to its limits.</summary>
    public const float MeanLimit = 5;

    /// <summary>Numbers in an action.</summary>
    public int ActionDimension => Layers[^1].Outputs / 2;

    /// <summary>Checks that every shape fits.</summary>
    /// <param name="features">Numbers in (h, s).</param>
    /// <param name="actions">Numbers in an action.</param>
    /// <exception cref="ArgumentException">A shape does not fit; the message says which.</exception>
    public void Validate(int features, int actions) => NetworkShape.Check("actor", Layers, 1, features, 2 * actions);
}
