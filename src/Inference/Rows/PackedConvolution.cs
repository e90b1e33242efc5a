using System.Runtime.Intrinsics;
using Robotics.Inference.Dense;
using Robotics.Inference.Simd;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Rows;

/// <summary>
/// A convolution of small images, [height × width × channel] as cameras give them, with libtorch's weights. The output's channels
/// are in the lanes, and the inputs under a row of the kernel are contiguous, so that nothing is gathered. Immutable;
/// thread-safe as long as each caller brings its own scratch.
/// </summary>
public sealed unsafe class PackedConvolution
{
    /// <summary>Positions of the output that are computed together.</summary>
    internal const int PlacesAtOnce = 8;

    private readonly AlignedFloats _weights;
    private readonly int[] _places;

    /// <summary>Packs a layer. Copies everything; for set-up.</summary>
    /// <param name="shape">Shape of the convolution.</param>
    /// <param name="weights">[output channel × input channel × row × column], as libtorch has them.</param>
    /// <param name="biases">[output channel].</param>
    /// <param name="activation">Activation function of the outputs.</param>
    /// <param name="width">The vector width to pack for; null takes the machine's best that the channels fill.</param>
    /// <exception cref="ArgumentException">The shape is impossible, or the lengths do not fit it.</exception>
    public PackedConvolution(
        ConvolutionShape shape, ReadOnlySpan<float> weights,
        ReadOnlySpan<float> biases, Activation activation = Activation.None, VectorWidth? width = null)
    {
        shape.Validate();
        if (weights.Length != shape.OutputChannels * shape.Taps || biases.Length != shape.OutputChannels)
            throw new ArgumentException($"{weights.Length} weights and {biases.Length} biases where {shape.OutputChannels * shape.Taps} " +
                $"and {shape.OutputChannels} are needed.", nameof(weights));
        (Shape, Activation, VectorWidth) = (shape, activation, width ?? WidthFor(shape.OutputChannels));
        _weights = new AlignedFloats((long)Padded(shape.OutputChannels) * (shape.Taps + 1));
        Pack(weights, biases);
        var places = from row in Enumerable.Range(0, shape.OutputHeight)
                     from column in Enumerable.Range(0, shape.OutputWidth)
                     select shape.Stride * ((row * LineLength) + (column * shape.InputChannels));
        _places = [.. places];
        _places = [.. _places, .. Enumerable.Repeat(_places[^1], PlacesAtOnce - 1)];
    }

    /// <summary>Shape of the convolution.</summary>
    public ConvolutionShape Shape { get; }

    /// <summary>Activation function of the outputs.</summary>
    public Activation Activation { get; }

    /// <summary>The vector width that it is packed for.</summary>
    public VectorWidth VectorWidth { get; }

    /// <summary>Floats of scratch that a call needs: none without padding.</summary>
    public long ScratchLength => Shape.Padding == 0 ? 0 : Shape.PaddedHeight * LineLength;

    /// <summary>
    /// By block of two vectors of output channels, the last one of one vector if that is enough: biases, then a line per tap.
    /// </summary>
    internal float* Weights => _weights.Pointer;

    /// <summary>[position], offset of its first value in the padded image; at the end the last one is repeated to fill a block.</summary>
    internal ReadOnlySpan<int> Places => _places;

    /// <summary>Inputs under a row of the kernel.</summary>
    internal int RowTaps => Shape.Kernel * Shape.InputChannels;

    /// <summary>Values in a row of the padded image.</summary>
    internal int LineLength => Shape.PaddedWidth * Shape.InputChannels;

    /// <summary>Computes all images, one after the other. Does not allocate; safe on the tick path.</summary>
    /// <param name="input">[images × height × width × channel].</param>
    /// <param name="output">[images × height × width × channel]; must not overlap the input.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/>.</param>
    /// <exception cref="ArgumentException">The lengths do not match one whole number of images, or the scratch is too short.</exception>
    public void Forward(ReadOnlySpan<float> input, Span<float> output, LayerScratch scratch)
    {
        var images = input.Length / Shape.InputLength;
        if (input.Length != images * Shape.InputLength || output.Length != images * Shape.OutputLength)
            throw new ArgumentException($"{input.Length} input values and {output.Length} output values do not match one number of " +
                $"images of {Shape.InputLength} and {Shape.OutputLength} values.", nameof(input));
        var memory = scratch.Take(ScratchLength);
        fixed (float* source = input, target = output)
        {
            for (var p = 0; p < images; p++)
            {
                var image = source + ((nint)p * Shape.InputLength);
                Run(Shape.Padding > 0 ? Pad(image, memory) : image, target + ((nint)p * Shape.OutputLength));
            }
        }
    }

    private static VectorWidth WidthFor(int channels)
    {
        var width = VectorWidths.Best;
        while (width > VectorWidth.Bits128 && channels <= (width - 1).Lanes())
            width--;
        return width;
    }

    private int Padded(int channels) => (channels + VectorWidth.Lanes() - 1) / VectorWidth.Lanes() * VectorWidth.Lanes();

    private void Pack(ReadOnlySpan<float> weights, ReadOnlySpan<float> biases)
    {
        var (taps, plane) = (Shape.Taps, Shape.Kernel * Shape.Kernel);
        for (var o = 0; o < Shape.OutputChannels; o++)
        {
            var first = o / VectorWidth.TileLanes() * VectorWidth.TileLanes();
            var size = Math.Min(VectorWidth.TileLanes(), Padded(Shape.OutputChannels) - first);
            var column = _weights.Span[((first * (taps + 1)) + (o - first))..];
            column[0] = biases[o];
            for (var i = 0; i < taps; i++)
            {
                var (place, channel) = Math.DivRem(i, Shape.InputChannels);
                column[(i + 1) * size] = weights[(o * taps) + (channel * plane) + place];
            }
        }
    }

    private float* Pad(float* image, float* padded)
    {
        new Span<float>(padded, (int)ScratchLength).Clear();
        var line = Shape.Width * Shape.InputChannels;
        for (var row = 0; row < Shape.Height; row++)
        {
            var target = padded + ((row + Shape.Padding) * LineLength) + (Shape.Padding * Shape.InputChannels);
            new ReadOnlySpan<float>(image + (row * line), line).CopyTo(new Span<float>(target, line));
        }

        return padded;
    }

    private void Run(float* image, float* output)
    {
        switch (VectorWidth)
        {
            case VectorWidth.Bits512:
                ConvolutionKernel<Simd512, Vector512<float>, Vector512<uint>>.Run(this, image, output);
                break;
            case VectorWidth.Bits256:
                ConvolutionKernel<Simd256, Vector256<float>, Vector256<uint>>.Run(this, image, output);
                break;
            default:
                ConvolutionKernel<Simd128, Vector128<float>, Vector128<uint>>.Run(this, image, output);
                break;
        }
    }
}
