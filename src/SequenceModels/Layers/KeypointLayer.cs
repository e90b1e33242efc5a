using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>
/// Keypoints of a feature map: a 1×1 convolution gives a map per keypoint, a softmax over its positions makes it a distribution,
/// and the expected column and row are the keypoint (Finn et al. 2016, "Deep Spatial Autoencoders for Visuomotor Learning", section
/// IV). Coordinates reach from −2 to 2. Keys: <c>maps.*</c>. Not thread-safe.
/// </summary>
public sealed class KeypointLayer : nn.Module<Tensor, Tensor>
{
    // Deviations of a fresh map: large enough that the strongest places decide.
    private const double Sharpness = 3;

    [ComponentName(Name = "maps")]
    private readonly Conv2d _maps;

    /// <summary>Creates the layer.</summary>
    /// <param name="channels">Channels of the feature map.</param>
    /// <param name="points">Number of keypoints.</param>
    public KeypointLayer(int channels, int points)
        : base(nameof(KeypointLayer))
    {
        _maps = nn.Conv2d(channels, points, 1L);
        RegisterComponents();
    }

    /// <summary>Computes one map per keypoint, before the softmax.</summary>
    public Conv2d Maps => _maps;

    /// <param name="input">[N × channel × height × width].</param>
    /// <returns>[N × 2·points]: column and row of each keypoint.</returns>
    public override Tensor forward(Tensor input)
    {
        var (height, width) = ((int)input.shape[2], (int)input.shape[3]);
        return PatchConvolution.Forward(_maps, input).flatten(2).softmax(2).matmul(Places(height, width, input.device)).flatten(1);
    }

    /// <summary>The coordinate of a column or row.</summary>
    /// <param name="index">Index of the column or row, from 0.</param>
    /// <param name="count">Number of columns or rows.</param>
    internal static float Coordinate(int index, int count) =>
        count < 2 ? 0 : KeypointWeights.DefaultReach * ((2f * index / (count - 1)) - 1);

    /// <summary>Initialises the sharpness of the maps on the features of the training images.</summary>
    internal void Initialise(Tensor features)
    {
        var std = ColourStatistics.Moments(PatchConvolution.Forward(_maps, features)).Std;
        _maps.weight!.copy_(_maps.weight! * Sharpness / std.view(-1, 1, 1, 1));
    }

    private static Tensor Places(int height, int width, Device device)
    {
        var values = new float[height * width * 2];
        for (var i = 0; i < height * width; i++)
            (values[2 * i], values[(2 * i) + 1]) = (Coordinate(i % width, width), Coordinate(i / width, height));
        return tensor(values, [height * width, 2], device: device);
    }
}
