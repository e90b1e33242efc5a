using Robotics.Inference.Weights;
using Robotics.SequenceModels.Layers;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>The parameters λ of a step's posterior. The tensors belong to the scope they were made in.</summary>
/// <param name="Mean">μ, [B × D].</param>
/// <param name="LogStd">ln σ, [B × D].</param>
public sealed record PosteriorParameters(Tensor Mean, Tensor LogStd)
{
    /// <summary>ln σ stays within ± this.</summary>
    public const double LogStdRange = RefinementWeights.DefaultLogStdRange;

    /// <summary>The distribution.</summary>
    public DiagonalGaussian Distribution => new(Mean, LogStd.exp());

    /// <summary>The same values without gradients.</summary>
    public PosteriorParameters Detach() => new(Mean.detach(), LogStd.detach());

    internal static PosteriorParameters From(DiagonalGaussian distribution) => new(distribution.Mean, distribution.Std.log());

    internal static PosteriorParameters Split(Tensor both, int latent) =>
        new(both.narrow(-1, 0, latent), both.narrow(-1, latent, latent).clamp(-LogStdRange, LogStdRange));
}
