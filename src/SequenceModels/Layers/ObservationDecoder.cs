using Robotics.Inference.Formats;
using Robotics.SequenceModels.Sequences;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>
/// The likelihoods of all modalities and of the reward: Gaussians of stated σ around decoded means. Readings that were hidden from the
/// encoder are reconstructed too; readings that never existed have no likelihood. Keys: <c>decoders.M.*</c>, <c>reward.*</c>. Not
/// thread-safe.
/// </summary>
public sealed class ObservationDecoder : nn.Module
{
    [ComponentName(Name = "decoders")]
    private readonly ModuleList<nn.Module<Tensor, Tensor>> _decoders;

    [ComponentName(Name = "reward")]
    private readonly Mlp _reward;

    private readonly SequenceModelOptions _options;
    private readonly Func<int, VectorEncoder?> _units;

    /// <summary>Creates the decoders.</summary>
    /// <param name="layout">The modalities.</param>
    /// <param name="options">Sizes and likelihoods.</param>
    /// <param name="features">Dimension of the features that are decoded.</param>
    /// <param name="encoder">The encoder, which holds the units of the vectors.</param>
    public ObservationDecoder(SequenceLayout layout, SequenceModelOptions options, int features, ObservationEncoder encoder)
        : base(nameof(ObservationDecoder))
    {
        _options = options;
        _units = m => encoder[m] as VectorEncoder;
        _decoders = new ModuleList<nn.Module<Tensor, Tensor>>([.. layout.Modalities.Select(m => m.Image is { } format
            ? (nn.Module<Tensor, Tensor>)new ImageDecoder(
                features, format, options.Reconstruction, options.Channels, options.Broadcast, options.Whitened)
            : new Mlp(features, options.Hidden, m.Dimension))]);
        _reward = new Mlp(features, options.RewardHidden == 0 ? options.Hidden : options.RewardHidden, 1);
        RegisterComponents();
    }

    /// <summary>The reward's head.</summary>
    public Mlp Reward => _reward;

    /// <summary>A modality's decoder: a <see cref="ImageDecoder"/> or an <see cref="Mlp"/>.</summary>
    public nn.Module<Tensor, Tensor> this[int modality] => _decoders[modality];

    /// <summary>The mean of a modality: standard units for vectors, the units of the likelihood for reduced images.</summary>
    /// <param name="modality">Index of the modality.</param>
    /// <param name="features">[N × features].</param>
    public Tensor Decode(int modality, Tensor features) => _decoders[modality].forward(features);

    /// <summary>The mean of a vector modality in its own units.</summary>
    public Tensor DecodeRaw(int modality, Tensor features) =>
        (Decode(modality, features) * _units(modality)!.Std) + _units(modality)!.Mean;

    /// <summary>Decoded means or targets of a camera as images, −0.5 to 0.5.</summary>
    public Tensor ToColours(int modality, Tensor images) => ((ImageDecoder)_decoders[modality]).ToColours(images);

    /// <summary>Targets of a modality: reduced images, standardised vectors.</summary>
    public Tensor Target(int modality, Tensor values) =>
        _decoders[modality] is ImageDecoder images ? images.Reduce(values) : _units(modality)!.Standardise(values);

    /// <summary>Negative log-likelihood of every reading of a modality, nats.</summary>
    /// <returns>[N × 1], in the order of the batch's rows.</returns>
    public Tensor NegativeLogLikelihood(int modality, Tensor features, SequenceBatch batch)
    {
        var readings = batch.Modalities[modality];
        return NegativeLogLikelihood(modality, features.view(-1, features.shape[^1]).index_select(0, readings.Rows), readings.Values);
    }

    /// <summary>Negative log-likelihood of given readings, nats: [N × 1].</summary>
    /// <param name="modality">Index of the modality.</param>
    /// <param name="features">[N × features].</param>
    /// <param name="values">The readings, as <see cref="ModalityBatch.Values"/> has them.</param>
    public Tensor NegativeLogLikelihood(int modality, Tensor features, Tensor values) =>
        Normal((Decode(modality, features) - Target(modality, values)).flatten(1), StdOf(modality));

    /// <summary>σ of a modality's likelihood, in the units of <see cref="Decode"/>.</summary>
    public double StdOf(int modality) => _decoders[modality] is ImageDecoder ? _options.PictureDeviation : _options.VectorDeviation;

    /// <summary>Negative log-likelihood of every reward, nats; 0 where there is none: [T × B × 1].</summary>
    public Tensor RewardNegativeLogLikelihood(Tensor features, SequenceBatch batch) =>
        Normal(_reward.forward(features) - batch.Rewards, _options.RewardDeviation) * batch.RewardKnown;

    /// <summary>Sets the colour units from the training data's images.</summary>
    internal void SetStatistics(SequenceReplay replay)
    {
        for (var m = 0; m < _decoders.Count; m++)
        {
            using var scope = NewDisposeScope();
            if (_decoders[m] is ImageDecoder decoder && replay.SampleImages(m) is { } images)
                decoder.SetStatistics(images);
        }
    }

    private static Tensor Normal(Tensor error, double sigma) =>
        (error / sigma).square().sum(-1, keepdim: true) * 0.5 + (error.shape[^1] * (Math.Log(sigma) + DiagonalGaussian.HalfLogTwoPi));
}
