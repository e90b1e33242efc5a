using Robotics.Core.Streams;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>
/// Images to an embedding as in Ha and Schmidhuber 2018 and Hafner et al. 2019: convolutions of 4×4 with stride 2, no padding,
/// ReLU, channels doubling from layer to layer, until at most 2×2 pixels are left; for 64×64 four layers (31, 14, 6, 2). The embedding
/// is the last layer flattened, [channel, row, column]. <see cref="KeypointLayer"/> optionally appends coordinates. Not
/// thread-safe.
/// </summary>
public sealed class ImageEncoder : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "layers")]
    private readonly ModuleList<Conv2d> _layers;

    [ComponentName(Name = "points")]
    private readonly KeypointLayer? _points;

    /// <summary>Creates the layers.</summary>
    /// <param name="format">Format of the images.</param>
    /// <param name="channels">Channels of the first layer.</param>
    /// <param name="keypoints">Number of keypoints in the first layer's output; 0 for none.</param>
    public ImageEncoder(ImageFormat format, int channels, int keypoints = 0)
        : base(nameof(ImageEncoder))
    {
        EmbeddingDimension = SizeOf(format, channels, keypoints);
        _points = keypoints > 0 ? new KeypointLayer(channels, keypoints) : null;
        _layers = new ModuleList<Conv2d>([.. ConvolutionShape.ImageEncoder(format, channels)
            .Select(s => nn.Conv2d(s.InputChannels, s.OutputChannels, s.Kernel, stride: s.Stride))]);
        RegisterComponents();
    }

    /// <summary>Embedding dimension.</summary>
    public int EmbeddingDimension { get; }

    /// <summary>The convolutions in order.</summary>
    public IReadOnlyList<Conv2d> Layers => [.. _layers];

    /// <summary>The keypoint layer; null without one.</summary>
    public KeypointLayer? Points => _points;

    /// <param name="input">[N × channel × height × width], between −0.5 and 0.5.</param>
    /// <returns>[N × embedding].</returns>
    public override Tensor forward(Tensor input)
    {
        Tensor? first = null;
        foreach (var layer in _layers)
        {
            input = nn.functional.relu(PatchConvolution.Forward(layer, input));
            first ??= input;
        }

        return _points is null ? input.flatten(1) : cat([input.flatten(1), _points.forward(first!)], 1);
    }

    /// <summary>
    /// Initialises the weights on images: the first filters are taken to be of colours without correlation, and every channel
    /// then gets mean 0 and std 1 over the training images before its ReLU (Krähenbühl et al. 2016, "Data-dependent
    /// Initializations of Convolutional Neural Networks", section 3.1). Otherwise most channels respond to a background that hardly changes
    /// and stay inactive.
    /// </summary>
    /// <param name="images">[N × channel × height × width], between −0.5 and 0.5.</param>
    internal void Initialise(Tensor images)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        for (var i = 0; i < _layers.Count; i++)
        {
            var layer = _layers[i];
            if (i == 0)
                layer.weight!.copy_(ColourStatistics.From(images).WhitenFilters(layer.weight!));
            var (mean, std) = ColourStatistics.Moments(PatchConvolution.Forward(layer, images));
            layer.weight!.copy_(layer.weight! / std.view(-1, 1, 1, 1));
            layer.bias!.copy_((layer.bias! - mean) / std);
            images = nn.functional.relu(PatchConvolution.Forward(layer, images));
            if (i == 0)
                _points?.Initialise(images);
        }
    }

    /// <summary>Embedding dimension of an encoder with these options.</summary>
    public static int SizeOf(ImageFormat format, int channels, int keypoints = 0) =>
        (ConvolutionShape.ImageEncoder(format, channels) is [.., var last] ? last.OutputLength : format.ByteCount) + (2 * keypoints);
}
