using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>Independent normal distributions along the last dimension. The tensors belong to the scope they were made in.</summary>
/// <param name="Mean">[… × D].</param>
/// <param name="Std">[… × D], std, above 0.</param>
public sealed record DiagonalGaussian(Tensor Mean, Tensor Std)
{
    /// <summary>The same distribution without gradients.</summary>
    public DiagonalGaussian Detach() => new(Mean.detach(), Std.detach());

    /// <summary>A sample μ + σ·ε with ε from libtorch's generator; gradients pass (Kingma and Welling 2014).</summary>
    public Tensor Sample() => Mean + (Std * randn_like(Mean));

    /// <summary>
    /// KL[this ‖ other], summed over the last dimension: Σ ln(σ₂/σ₁) + (σ₁² + (μ₁ − μ₂)²)/(2σ₂²) − ½. Exactly 0 for equal
    /// distributions.
    /// </summary>
    /// <returns>[… × 1].</returns>
    public Tensor KlFrom(DiagonalGaussian other)
    {
        var ratio = Std / other.Std;
        var gap = (Mean - other.Mean) / other.Std;
        return ((ratio.square() + gap.square() - 1) * 0.5 - ratio.log()).sum(-1, keepdim: true);
    }

    /// <summary>ln N(value; μ, σ²), summed over the last dimension: [… × 1].</summary>
    public Tensor LogProbability(Tensor value)
    {
        var standard = (value - Mean) / Std;
        return (standard.square() * -0.5 - Std.log() - HalfLogTwoPi).sum(-1, keepdim: true);
    }

    /// <summary>
    /// The normalised product of this distribution with experts N(μ_m, σ_m), each raised to a mask of 0 or 1 (Hinton 2002). Written
    /// as corrections of this distribution, so that with every mask 0 the result is this distribution, bit for bit.
    /// </summary>
    /// <param name="experts">Distributions of the same shape.</param>
    /// <param name="masks">[… × 1] each.</param>
    public DiagonalGaussian Multiply(IReadOnlyList<DiagonalGaussian> experts, IReadOnlyList<Tensor> masks)
    {
        if (experts.Count == 0)
            return this;
        var variance = Std.square();
        Tensor? gain = null, pull = null;
        for (var m = 0; m < experts.Count; m++)
        {
            var weight = masks[m] * variance / experts[m].Std.square();
            var step = weight * (experts[m].Mean - Mean);
            (gain, pull) = gain is null ? (weight, step) : (gain + weight, pull! + step);
        }

        var total = gain! + 1;
        return new DiagonalGaussian(Mean + (pull! / total), Std * total.rsqrt());
    }

    /// <summary>Stacks distributions of successive steps: [T × …].</summary>
    public static DiagonalGaussian Stack(IReadOnlyList<DiagonalGaussian> steps) =>
        new(stack(steps.Select(s => s.Mean)), stack(steps.Select(s => s.Std)));

    internal static double HalfLogTwoPi { get; } = 0.5 * Math.Log(2 * Math.PI);
}
