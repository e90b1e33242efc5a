using Robotics.Inference.Weights;

namespace Robotics.Inference.Latent;

/// <summary>
/// A trained ensemble over the beliefs (h, s) of a filter in the neutral form that any trainer can fill. SiLU follows every layer but the
/// last. Inputs and outputs are in the filter's own units. Treat as immutable.
/// </summary>
public sealed record BeliefEnsembleWeights
{
    /// <summary>Dimension of h.</summary>
    public required int Deterministic { get; init; }

    /// <summary>D: dimension of s.</summary>
    public required int Stochastic { get; init; }

    /// <summary>Action dimension.</summary>
    public required int ActionDimension { get; init; }

    /// <summary>Networks in the ensemble, M.</summary>
    public required int Members { get; init; }

    /// <summary>(h, s, a) to the change of h, D means of the next s, D raw log-variances of it.</summary>
    public required IReadOnlyList<LayerWeights> Dynamics { get; init; }

    /// <summary>(h, s) to the expected reward of arriving there.</summary>
    public required IReadOnlyList<LayerWeights> Reward { get; init; }

    /// <summary>[D], the soft upper bound of the log-variance, as in <see cref="EnsembleWeights"/>.</summary>
    public required float[] MaximumLogVariance { get; init; }

    /// <summary>[D], the soft lower bound of the log-variance.</summary>
    public required float[] MinimumLogVariance { get; init; }

    /// <summary>
    /// Bound on the absolute value of the elements of h; above 0. Default: 1, the bound of a gated recurrent unit that starts from zeros.
    /// </summary>
    public float PathLimit { get; init; } = 1;

    /// <summary>Dimension of (h, s).</summary>
    public int FeatureDimension => Deterministic + Stochastic;

    /// <summary>Checks that every shape fits. Values are not checked: a weight that is not finite shows in the rollout.</summary>
    /// <exception cref="ArgumentException">A shape does not fit; the message says which.</exception>
    public void Validate()
    {
        Require(Members >= 1 && Deterministic >= 0 && Stochastic >= 1 && ActionDimension >= 1 && PathLimit > 0,
            "there must be members, states and actions");
        NetworkShape.Check("dynamics", Dynamics, Members, FeatureDimension + ActionDimension, Deterministic + (2 * Stochastic));
        NetworkShape.Check("reward", Reward, Members, FeatureDimension, 1);
        Require(MaximumLogVariance.Length == Stochastic && MinimumLogVariance.Length == Stochastic,
            $"the log-variance has {MaximumLogVariance.Length} and {MinimumLogVariance.Length} bounds where {Stochastic} are needed");
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
            throw new ArgumentException($"The belief ensemble's weights do not fit: {what}.");
    }
}
