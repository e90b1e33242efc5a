using Robotics.Core.Streams;

namespace Robotics.Inference.Weights;

/// <summary>Shape of a convolution of images, [height × width × channel]. Immutable.</summary>
public sealed record ConvolutionShape
{
    /// <summary>Channels that come in; at least 1.</summary>
    public required int InputChannels { get; init; }

    /// <summary>Rows that come in; with the padding at least <see cref="Kernel"/>.</summary>
    public required int Height { get; init; }

    /// <summary>Columns that come in; with the padding at least <see cref="Kernel"/>.</summary>
    public required int Width { get; init; }

    /// <summary>Channels that go out; at least 1.</summary>
    public required int OutputChannels { get; init; }

    /// <summary>Rows and columns of the kernel; at least 1.</summary>
    public required int Kernel { get; init; }

    /// <summary>Pixels from one place of the kernel to the next; at least 1. Default: 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Zeros around the image on each side; at least 0. Default: 0.</summary>
    public int Padding { get; init; }

    /// <summary>Rows that go out.</summary>
    public int OutputHeight => ((PaddedHeight - Kernel) / Stride) + 1;

    /// <summary>Columns that go out.</summary>
    public int OutputWidth => ((PaddedWidth - Kernel) / Stride) + 1;

    /// <summary>Values in an input image.</summary>
    public int InputLength => InputChannels * Height * Width;

    /// <summary>Values in an output image.</summary>
    public int OutputLength => OutputChannels * OutputHeight * OutputWidth;

    internal int PaddedHeight => Height + (2 * Padding);

    internal int PaddedWidth => Width + (2 * Padding);

    /// <summary>Number of products in the sum of one output.</summary>
    internal int Taps => InputChannels * Kernel * Kernel;

    /// <summary>
    /// The convolutions of an image encoder (Ha and Schmidhuber 2018; Hafner et al. 2019): kernels of 4×4 with stride 2, no padding,
    /// channels doubling from layer to layer, until at most 3 pixels are left on a side.
    /// </summary>
    /// <param name="format">The images.</param>
    /// <param name="channels">Output channels of the first layer.</param>
    public static IReadOnlyList<ConvolutionShape> ImageEncoder(ImageFormat format, int channels)
    {
        const int kernel = 4;
        var shapes = new List<ConvolutionShape>();
        var next = new ConvolutionShape
        {
            InputChannels = format.Channels,
            Height = format.Height,
            Width = format.Width,
            OutputChannels = channels,
            Kernel = kernel,
            Stride = 2,
        };
        while (Math.Min(next.Height, next.Width) >= kernel)
        {
            shapes.Add(next);
            next = next with
            {
                InputChannels = next.OutputChannels,
                Height = next.OutputHeight,
                Width = next.OutputWidth,
                OutputChannels = 2 * next.OutputChannels,
            };
        }

        return shapes;
    }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(InputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Kernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Stride, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Padding, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(PaddedHeight, Kernel);
        ArgumentOutOfRangeException.ThrowIfLessThan(PaddedWidth, Kernel);
    }
}
