using Robotics.Core;
using Robotics.Inference;
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
        EmbeddingDimension = SizeOf(format, channels);
        _layers = new ModuleList<Conv2d>([.. ShapesOf(format, channels).Select(s => nn.Conv2d(s.InputChannels, s.OutputChannels, s.Kernel, stride: s.Stride))]);
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
    public static int SizeOf(ImageFormat format, int channels) => ShapesOf(format, channels) is [.., var last] ? last.OutputLength : format.ByteCount;

    /// <summary>The convolutions in order.</summary>
    internal static List<ConvolutionShape> ShapesOf(ImageFormat format, int channels)
    {
        var shapes = new List<ConvolutionShape>();
        var next = new ConvolutionShape { InputChannels = format.Channels, Height = format.Height, Width = format.Width, OutputChannels = channels, Kernel = Kernel, Stride = 2 };
        while (Math.Min(next.Height, next.Width) >= Kernel)
        {
            shapes.Add(next);
            next = next with { InputChannels = next.OutputChannels, Height = next.OutputHeight, Width = next.OutputWidth, OutputChannels = 2 * next.OutputChannels };
        }

        return shapes;
    }
}
