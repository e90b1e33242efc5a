using System.Runtime.Intrinsics;

namespace Robotics.Inference;

/// <summary>
/// A convolution of small pictures, [channel × height × width], as libtorch computes it. The places of the output stand in the
/// lanes: a tile of them is gathered into lines, one for each number under the kernel, and multiplied by the kernels of a dense
/// layer. Immutable; thread-safe as long as each caller brings its own scratch.
/// </summary>
public sealed unsafe class PackedConvolution
{
    private readonly SingleLayer _layer;
    private readonly AlignedFloats _weights;
    private readonly int[] _taps;
    private readonly int[] _places;

    /// <summary>Packs a layer. Copies everything; for set-up.</summary>
    /// <param name="shape">Its size.</param>
    /// <param name="weights">[output channel × input channel × row × column], as libtorch has them.</param>
    /// <param name="biases">[output channel].</param>
    /// <param name="activation">What follows.</param>
    /// <param name="width">The vector width to pack for; null takes the machine's best.</param>
    /// <exception cref="ArgumentException">The shape is impossible, or the lengths do not fit it.</exception>
    public PackedConvolution(
        ConvolutionShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Activation activation = Activation.None, VectorWidth? width = null)
    {
        shape.Validate();
        if (weights.Length != shape.OutputChannels * shape.Taps || biases.Length != shape.OutputChannels)
            throw new ArgumentException($"{weights.Length} weights and {biases.Length} biases where {shape.OutputChannels * shape.Taps} and {shape.OutputChannels} are needed.", nameof(weights));
        (Shape, Activation, VectorWidth) = (shape, activation, width ?? VectorWidths.Best);
        _layer = new SingleLayer(shape.Taps, shape.OutputChannels, activated: false, VectorWidth);
        _weights = new AlignedFloats(_layer.PackedLength);
        _layer.Pack(weights, biases, System.Runtime.InteropServices.MemoryMarshal.Cast<float, uint>(_weights.Span));
        var plane = shape.PaddedHeight * shape.PaddedWidth;
        _taps = [.. from c in Enumerable.Range(0, shape.InputChannels)
                    from row in Enumerable.Range(0, shape.Kernel)
                    from column in Enumerable.Range(0, shape.Kernel)
                    select (c * plane) + (row * shape.PaddedWidth) + column];
        _places = [.. from row in Enumerable.Range(0, shape.OutputHeight)
                      from column in Enumerable.Range(0, shape.OutputWidth)
                      select shape.Stride * ((row * shape.PaddedWidth) + column)];
    }

    /// <summary>Its size.</summary>
    public ConvolutionShape Shape { get; }

    /// <summary>What follows.</summary>
    public Activation Activation { get; }

    /// <summary>The vector width that it is packed for.</summary>
    public VectorWidth VectorWidth { get; }

    /// <summary>Floats of scratch that a call needs.</summary>
    public long ScratchLength => PictureLength + ((long)(Shape.Taps + _layer.PaddedOutputs) * VectorWidth.TileLanes());

    internal PackedLayer Layer => _layer;

    internal float* Weights => _weights.Pointer;

    /// <summary>[tap], where it lies from a place's first number, in the padded picture.</summary>
    internal ReadOnlySpan<int> Taps => _taps;

    /// <summary>[place], its first number in the padded picture.</summary>
    internal ReadOnlySpan<int> Places => _places;

    private int PictureLength => Shape.Padding == 0 ? 0 : LayerScratch.ToWholeLines(Shape.InputChannels * Shape.PaddedHeight * Shape.PaddedWidth);

    /// <summary>Computes all pictures, one after the other. Does not allocate; safe on the tick path.</summary>
    /// <param name="input">[pictures × channel × height × width].</param>
    /// <param name="output">[pictures × channel × height × width]; must not overlap the input.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/>.</param>
    /// <exception cref="ArgumentException">The lengths are not those of the same whole number of pictures, or the scratch is too short.</exception>
    public void Forward(ReadOnlySpan<float> input, Span<float> output, LayerScratch scratch)
    {
        var pictures = input.Length / Shape.InputLength;
        if (input.Length != pictures * Shape.InputLength || output.Length != pictures * Shape.OutputLength)
            throw new ArgumentException($"{input.Length} numbers in and {output.Length} out are not the same pictures of {Shape.InputLength} and {Shape.OutputLength}.", nameof(input));
        var memory = scratch.Take(ScratchLength);
        fixed (float* source = input, target = output)
        {
            for (var p = 0; p < pictures; p++)
            {
                var picture = source + ((nint)p * Shape.InputLength);
                if (Shape.Padding > 0)
                    picture = Pad(picture, memory);
                Run(picture, target + ((nint)p * Shape.OutputLength), memory + PictureLength);
            }
        }
    }

    private float* Pad(float* picture, float* padded)
    {
        new Span<float>(padded, PictureLength).Clear();
        for (var line = 0; line < Shape.InputChannels * Shape.Height; line++)
        {
            var (channel, row) = Math.DivRem(line, Shape.Height);
            var target = padded + ((((channel * Shape.PaddedHeight) + row + Shape.Padding) * Shape.PaddedWidth) + Shape.Padding);
            new ReadOnlySpan<float>(picture + (line * Shape.Width), Shape.Width).CopyTo(new Span<float>(target, Shape.Width));
        }

        return padded;
    }

    private void Run(float* picture, float* output, float* memory)
    {
        switch (VectorWidth)
        {
            case VectorWidth.Bits512:
                ConvolutionKernel<Simd512, Vector512<float>, Vector512<uint>>.Run(this, picture, output, memory);
                break;
            case VectorWidth.Bits256:
                ConvolutionKernel<Simd256, Vector256<float>, Vector256<uint>>.Run(this, picture, output, memory);
                break;
            default:
                ConvolutionKernel<Simd128, Vector128<float>, Vector128<uint>>.Run(this, picture, output, memory);
                break;
        }
    }
}
