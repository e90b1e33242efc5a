using Robotics.SequenceModels.Layers;
using Robotics.SequenceModels.Models;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Training;

/// <summary>
/// A variational autoencoder of single images (Kingma and Welling 2014) around a sequence model's own image encoder, as the vision
/// model of Ha and Schmidhuber 2018: code z ~ N(μ, σ) by one hidden layer, prior N(0, 1), and the sequence model's likelihood of
/// images. Keys: <c>code.*</c>, <c>decoder.*</c>. Not thread-safe.
/// </summary>
public sealed class ImageAutoencoder : nn.Module
{
    [ComponentName(Name = "code")]
    private readonly GaussianHead _code;

    [ComponentName(Name = "decoder")]
    private readonly ImageDecoder _decoder;

    // Not components: they are the sequence model's, and stay when this is disposed.
    private readonly (ImageEncoder Encoder, ImageDecoder Decoder)[] _shared;
    private readonly double _std;

    /// <summary>Creates an autoencoder with fresh weights except for the encoder, which is shared.</summary>
    /// <param name="model">The model whose image encoder is used.</param>
    /// <param name="modality">Index of the camera's modality.</param>
    /// <param name="code">Code dimension.</param>
    /// <exception cref="ArgumentException">The modality is not a camera.</exception>
    public ImageAutoencoder(SequenceModel model, int modality, int code)
        : base(nameof(ImageAutoencoder))
    {
        if (model.Encoder[modality] is not ImageEncoder encoder || model.Layout.Modalities[modality].Image is not { } format)
            throw new ArgumentException($"'{model.Layout.Modalities[modality].Name}' is no camera.", nameof(modality));
        var o = model.Options;
        (_shared, _std) = ([(encoder, (ImageDecoder)model.Decoder[modality])], o.PictureDeviation);
        _code = new GaussianHead(encoder.EmbeddingDimension, o.Hidden, code, o.MinimumDeviation);
        _decoder = new ImageDecoder(code, format, o.Reconstruction, o.Channels, o.Broadcast, o.Whitened);
        RegisterComponents();
    }

    /// <summary>All trainable parameters, the shared encoder included.</summary>
    public IEnumerable<TorchSharp.Modules.Parameter> Learned => [.. _shared[0].Encoder.parameters(), .. parameters()];

    /// <summary>−ln p(x | z) + β · KL[q(z | x) ‖ N(0, 1)], the mean over images, nats.</summary>
    /// <param name="images">[N × channel × height × width], between −0.5 and 0.5.</param>
    /// <param name="beta">β.</param>
    public Tensor Loss(Tensor images, double beta)
    {
        var code = _code.forward(_shared[0].Encoder.forward(images));
        var normal = new DiagonalGaussian(zeros_like(code.Mean), ones_like(code.Std));
        var error = (_decoder.forward(code.Sample()) - _shared[0].Decoder.Reduce(images)).flatten(1);
        var negativeLogLikelihood = ((error / _std).square() * 0.5 + (Math.Log(_std) + DiagonalGaussian.HalfLogTwoPi)).sum(1);
        return negativeLogLikelihood.mean() + (code.KlFrom(normal).mean() * beta);
    }

    /// <summary>Copies the decoder's weights, except for the layers that read the code, to the sequence model's decoder.</summary>
    public void HandOver() => _shared[0].Decoder.AdoptFrom(_decoder);
}
