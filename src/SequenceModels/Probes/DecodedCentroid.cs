using Robotics.SequenceModels.Models;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Probes;

/// <summary>
/// Beliefs and where their own pictures show something bright: the mean column and row of the decoded picture of the first modality,
/// weighted by squared brightness. A latent space need not lie flat over the places that a picture shows; its decoder knows the way. The
/// tensors belong to the present scope. Thread-safe.
/// </summary>
public static class DecodedCentroid
{
    /// <summary>How many numbers are added.</summary>
    public const int Size = 2;

    /// <summary>Features with the centre behind them.</summary>
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
