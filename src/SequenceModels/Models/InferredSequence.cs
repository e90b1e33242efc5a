using Robotics.SequenceModels.Layers;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Models;

/// <summary>What a model infers from a batch of sequences. The tensors belong to the scope they were made in.</summary>
/// <param name="Features">[T × B × feature], drawn from the posterior: what decoders and read-outs see.</param>
/// <param name="Carries">[T × B × carry], from which <see cref="SequenceModel.Imagine"/> goes on.</param>
/// <param name="Posterior">[T × B × D], q of the latents.</param>
/// <param name="Prior">[T × B × D], p of the latents given those before.</param>
public sealed record InferredSequence(Tensor Features, Tensor Carries, DiagonalGaussian Posterior, DiagonalGaussian Prior)
{
    /// <summary>The same numbers, through which no gradient flows.</summary>
    public InferredSequence Detach() => new(Features.detach(), Carries.detach(), Posterior.Detach(), Prior.Detach());
}
