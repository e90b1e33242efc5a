namespace Robotics.Inference.Weights;

/// <summary>
/// A trained value of beliefs (h, s): the discounted sum of rewards that is still to come. SiLU follows every layer but the last. Treat as
/// immutable.
/// </summary>
/// <param name="Layers">(h, s) to one number.</param>
/// <param name="Discount">γ, what a reward one step later counts, above 0, at most 1.</param>
public sealed record LatentValueWeights(IReadOnlyList<LayerWeights> Layers, double Discount)
{
    /// <summary>Checks that every shape fits.</summary>
    /// <param name="features">Dimension of (h, s).</param>
    /// <exception cref="ArgumentException">A shape does not fit; the message says which.</exception>
    public void Validate(int features)
    {
        NetworkShape.Check("value", Layers, 1, features, 1);
        if (Discount is not (> 0 and <= 1))
            throw new ArgumentException($"The value's discount is {Discount}; it must be above 0 and at most 1.");
    }
}
