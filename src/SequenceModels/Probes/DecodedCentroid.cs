using Robotics.SequenceModels.Models;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Probes;

/// <summary>
/// Beliefs and the centroid of what their decoder renders: the mean column and row of the decoded image of the first modality,
/// weighted by squared brightness. Positions need not be linear in the latent space; the decoder maps beliefs to them. The
/// tensors belong to the present scope. Thread-safe.
/// </summary>
public static class DecodedCentroid
{
    /// <summary>Number of features that are added.</summary>
    public const int Size = 2;

    /// <summary>Features with the centroid appended.</summary>
    /// <param name="model">The model; its first modality is a camera.</param>
    /// <param name="features">[N × features].</param>
    /// <returns>[N × (features + 2)], column and row from −1 to 1.</returns>
    public static Tensor Append(SequenceModel model, Tensor features)
    {
        var brightness = (model.Decoder.ToColours(0, model.Decoder.Decode(0, features)).mean([1L]) + 0.5).clamp_min(0).square();
        var mass = brightness.sum([1L, 2L]) + 1e-6;
        var column = brightness.sum([1L]).matmul(Places(brightness.shape[2])) / mass;
        var row = brightness.sum([2L]).matmul(Places(brightness.shape[1])) / mass;
        return cat([features, column.unsqueeze(1), row.unsqueeze(1)], 1);

        Tensor Places(long count) => linspace(-1 + (1.0 / count), 1 - (1.0 / count), count, device: features.device);
    }
}
