using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Robotics.Core.Errors;

namespace Robotics.Inference.Formats;

/// <summary>A sequence model's kind, sizes and stated likelihoods. Immutable; thread-safe.</summary>
public sealed record SequenceModelOptions : IValidatable
{
    /// <summary>The sizes for a CPU: 64×64 images in, 32×32 reconstructed, 8 channels, 8 keypoints, belief 128 + 16.</summary>
    public static SequenceModelOptions Small { get; } = new()
    {
        Keypoints = 8,
        Broadcast = 32,
        Whitened = true,
        ResidualPrior = true,
        StartLinear = true,
        MinimumDeviation = 0.03,
        PictureDeviation = 0.1,
        VectorDeviation = 0.015,
        RewardDeviation = 0.05,
    };

    /// <summary>The sizes of Hafner et al. 2019, appendix A: 32 channels, 64×64 reconstructed, belief 200 + 30; meant for a GPU.</summary>
    public static SequenceModelOptions Planet { get; } =
        new() { Deterministic = 200, Stochastic = 30, Hidden = 200, Channels = 32, Reconstruction = 64, Embedding = 200 };

    /// <summary>Kind of model. Default: the recurrent state-space model.</summary>
    public SequenceModelKind Kind { get; init; } = SequenceModelKind.Rssm;

    /// <summary>Dimension of the deterministic part of the belief, 1 to 4096. Default: 128.</summary>
    [Range(1, 4096)]
    public int Deterministic { get; init; } = 128;

    /// <summary>Dimension of the stochastic part of the belief, 1 to 1024. Default: 16.</summary>
    [Range(1, 1024)]
    public int Stochastic { get; init; } = 16;

    /// <summary>Units of hidden layers, 1 to 4096. Default: 128.</summary>
    [Range(1, 4096)]
    public int Hidden { get; init; } = 128;

    /// <summary>Units of the reward head's hidden layer, 0 to 4096; 0 for <see cref="Hidden"/>. Default: 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [Range(0, 4096)]
    public int RewardHidden { get; init; }

    /// <summary>Embedding dimension of vectors, 1 to 4096. Default: 64.</summary>
    [Range(1, 4096)]
    public int Embedding { get; init; } = 64;

    /// <summary>Channels of the first convolution, doubled from layer to layer, 1 to 256. Default: 8.</summary>
    [Range(1, 256)]
    public int Channels { get; init; } = 8;

    /// <summary>Longer side of reconstructed images, pixels: 8, 16, 32 or 64. Default: 32.</summary>
    public int Reconstruction { get; init; } = 32;

    /// <summary>Number of keypoints of the image encoder (<c>KeypointLayer</c>), 0 to 256; 0 for none. Default: 0.</summary>
    [Range(0, 256)]
    public int Keypoints { get; init; }

    /// <summary>
    /// Hidden units per position of a second decoder, one network for all positions, whose image is added to the first's: it
    /// renders small objects that may be anywhere (<c>BroadcastLayers</c>). 0 to 1024; 0 for none. Default: 0.
    /// </summary>
    [Range(0, 1024)]
    public int Broadcast { get; init; }

    /// <summary>
    /// True when the prior's mean is predicted as a change of the last state, initially none; for the kinds
    /// <c>rssm</c>, <c>rnn</c> and <c>ssm</c>. Default: false, as Hafner et al. 2019.
    /// </summary>
    public bool ResidualPrior { get; init; }

    /// <summary>
    /// True when the initial weights pass vectors and actions through linearly, from the encoders through the state to the decoders
    /// (<c>LinearStart</c>); for the kinds <c>rssm</c>, <c>rnn</c> and <c>ssm</c>. Default: false.
    /// </summary>
    public bool StartLinear { get; init; }

    /// <summary>Minimum std of a latent, 1e-4 to 1. Default: 0.1.</summary>
    [Range(1e-4, 1)]
    public double MinimumDeviation { get; init; } = 0.1;

    /// <summary>
    /// True when pixels are compared in units of the training images' colours (<c>ColourUnits</c>), as vectors are in units of
    /// their std. Default: false.
    /// </summary>
    public bool Whitened { get; init; }

    /// <summary>σ of the likelihood of a pixel, whose range is 1, or which is in colour units; above 0, up to 10. Default: 0.1.</summary>
    [Range(1e-4, 10)]
    public double PictureDeviation { get; init; } = 0.1;

    /// <summary>
    /// σ of the likelihood of a vector's elements, in units of their std over the training data; above 0, up to 10. Default: 0.05.
    /// </summary>
    [Range(1e-4, 10)]
    public double VectorDeviation { get; init; } = 0.05;

    /// <summary>σ of the likelihood of a reward; above 0, up to 1000. Default: 0.1.</summary>
    [Range(1e-4, 1000)]
    public double RewardDeviation { get; init; } = 0.1;

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        if (Reconstruction is not (8 or 16 or 32 or 64))
            throw new ArgumentOutOfRangeException(nameof(Reconstruction), $"must be 8, 16, 32 or 64, not {Reconstruction}");
    }
}
