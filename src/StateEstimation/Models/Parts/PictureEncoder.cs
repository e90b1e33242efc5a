using Robotics.Core;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.StateEstimation;

/// <summary>
/// Pictures to an embedding as in Ha and Schmidhuber 2018 and Hafner et al. 2019: convolutions of 4×4 with stride 2, no padding,
/// ReLU, channels doubling from layer to layer, until at most 2×2 pixels are left; for 64×64 four layers (31, 14, 6, 2). The embedding
/// is the last layer flattened, [channel, row, column]. Not thread-safe.
/// </summary>
public sealed class PictureEncoder : nn.Module<Tensor, Tensor>
{
    private const int Kernel = 4;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<Conv2d> _layers;

    /// <summary>Makes the layers.</summary>
    /// <param name="format">The pictures.</param>
    /// <param name="channels">Channels of the first layer.</param>
    public PictureEncoder(ImageFormat format, int channels)
        : base(nameof(PictureEncoder))
    {
        var (height, width, depth, next) = (format.Height, format.Width, format.Channels, channels);
        var layers = new List<Conv2d>();
        while (Math.Min(height, width) >= Kernel)
        {
            layers.Add(nn.Conv2d(depth, next, Kernel, stride: 2L));
            (height, width, depth, next) = (Halve(height), Halve(width), next, next * 2);
        }

        EmbeddingDimension = height * width * depth;
        _layers = new ModuleList<Conv2d>([.. layers]);
        RegisterComponents();
    }

    /// <summary>Numbers in the embedding.</summary>
    public int EmbeddingDimension { get; }

    /// <summary>The convolutions in order.</summary>
    public IReadOnlyList<Conv2d> Layers => [.. _layers];

    /// <param name="input">[N × channel × height × width], between −0.5 and 0.5.</param>
    /// <returns>[N × embedding].</returns>
    public override Tensor forward(Tensor input)
    {
        foreach (var layer in _layers)
            input = nn.functional.relu(layer.forward(input));
        return input.flatten(1);
    }

    /// <summary>Numbers in the embedding of an encoder that is still to be made.</summary>
    public static int SizeOf(ImageFormat format, int channels)
    {
        var (height, width, depth, next) = (format.Height, format.Width, format.Channels, channels);
        while (Math.Min(height, width) >= Kernel)
            (height, width, depth, next) = (Halve(height), Halve(width), next, next * 2);
        return height * width * depth;
    }

    private static int Halve(int size) => ((size - Kernel) / 2) + 1;
}
