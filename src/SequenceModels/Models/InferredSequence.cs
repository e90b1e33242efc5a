using Robotics.SequenceModels.Layers;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Models;

/// <summary>Result of inference on a batch of sequences. The tensors belong to the scope they were created in.</summary>
/// <param name="Features">[T × B × feature], sampled from the posterior: the input of decoders and probes.</param>
/// <param name="Carries">[T × B × carry], from which <see cref="SequenceModel.Imagine"/> goes on.</param>
/// <param name="Posterior">[T × B × D], q of the latents.</param>
/// <param name="Prior">[T × B × D], p of the latents given those before.</param>
public sealed record InferredSequence(Tensor Features, Tensor Carries, DiagonalGaussian Posterior, DiagonalGaussian Prior)
{
    /// <summary>The same values without gradients.</summary>
    public InferredSequence Detach() => new(Features.detach(), Carries.detach(), Posterior.Detach(), Prior.Detach());
}
