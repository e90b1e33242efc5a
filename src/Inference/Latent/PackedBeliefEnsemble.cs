using Robotics.Inference.Dense;
using Robotics.Inference.Simd;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Latent;

/// <summary>An ensemble over beliefs packed for one vector width. Immutable; thread-safe.</summary>
internal sealed class PackedBeliefEnsemble
{
    /// <summary>Packs the weights; for set-up.</summary>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public PackedBeliefEnsemble(BeliefEnsembleWeights weights, LatentValueWeights? value, VectorWidth width)
    {
        weights.Validate();
        (Deterministic, Stochastic, ActionDimension, Members) =
            (weights.Deterministic, weights.Stochastic, weights.ActionDimension, weights.Members);
        (Width, PathLimit) = (width, weights.PathLimit);
        Dynamics = new PackedMlp(weights.Dynamics, Members, width);
        Reward = new PackedMlp(weights.Reward, Members, width);
        Value = value is null ? null : new PackedMlp(value.Layers, 1, width);
        Discount = (float)(value?.Discount ?? 1);
        InverseMaximumVariance = [.. weights.MaximumLogVariance.Select(l => MathF.Exp(-l))];
        MinimumVariance = [.. weights.MinimumLogVariance.Select(MathF.Exp)];
    }

    public int Deterministic { get; }

    public int Stochastic { get; }

    public int FeatureDimension => Deterministic + Stochastic;

    public int ActionDimension { get; }

    public int Members { get; }

    public VectorWidth Width { get; }

    /// <summary>Bound on the absolute value of the elements of h.</summary>
    public float PathLimit { get; }

    public PackedMlp Dynamics { get; }

    public PackedMlp Reward { get; }

    public PackedMlp? Value { get; }

    /// <summary>Discount per step.</summary>
    public float Discount { get; }

    /// <summary>[D], one over the soft upper bound of the variance.</summary>
    public float[] InverseMaximumVariance { get; }

    /// <summary>[D], the soft lower bound of the variance.</summary>
    public float[] MinimumVariance { get; }

    /// <summary>Floats of each of a network's two scratch buffers.</summary>
    public int ScratchLength => Math.Max(Math.Max(Dynamics.ScratchLength, Reward.ScratchLength), Value?.ScratchLength ?? 0);

    /// <summary>Multiplications and additions of the layers for one particle and step.</summary>
    public double FlopsPerParticleStep => Dynamics.FlopsPerRow + Reward.FlopsPerRow;
}
