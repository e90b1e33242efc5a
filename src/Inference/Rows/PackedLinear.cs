using System.Runtime.Intrinsics;
using Robotics.Inference.Dense;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Rows;

/// <summary>
/// y = activation(W x + b) on rows, one belief after the other, for one row as well as for a hundred: the outputs stand in the
/// lanes, and four rows share each load of weights. A row's result does not depend on the other rows. Immutable;
/// thread-safe.
/// </summary>
public sealed unsafe class PackedLinear
{
    private readonly AlignedFloats _weights;

    /// <summary>Packs a layer. Copies everything; for set-up.</summary>
    /// <param name="weights">[output × input], row-major, as libtorch has them.</param>
    /// <param name="biases">[output].</param>
    /// <param name="activation">Activation function of the outputs.</param>
    /// <param name="width">The vector width to pack for; null takes the machine's best.</param>
    /// <exception cref="ArgumentException">The weights do not belong to a whole number of inputs.</exception>
    public PackedLinear(
        ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Activation activation = Activation.None, VectorWidth? width = null)
    {
        if (biases.Length == 0 || weights.Length % biases.Length != 0)
            throw new ArgumentException($"{weights.Length} weights cannot be shared out among {biases.Length} outputs.", nameof(weights));
        (Outputs, Inputs, Activation, Width) = (biases.Length, weights.Length / biases.Length, activation, width ?? VectorWidths.Best);
        var block = Width.TileLanes();
        var blocks = (Outputs + block - 1) / block;
        _weights = new AlignedFloats((long)blocks * block * (Inputs + 1));
        for (var o = 0; o < Outputs; o++)
        {
            var column = _weights.Span[((o / block * block * (Inputs + 1)) + (o % block))..];
            column[0] = biases[o];
            for (var i = 0; i < Inputs; i++)
                column[(i + 1) * block] = weights[(o * Inputs) + i];
        }
    }

    /// <summary>Dimension of x.</summary>
    public int Inputs { get; }

    /// <summary>Dimension of y.</summary>
    public int Outputs { get; }

    /// <summary>Activation function of the outputs.</summary>
    public Activation Activation { get; }

    /// <summary>The vector width that it is packed for.</summary>
    public VectorWidth Width { get; }

    /// <summary>Computes all rows. Does not allocate; safe on the tick path.</summary>
    /// <param name="input">[rows × inputs].</param>
    /// <param name="output">[rows × outputs]; must not overlap the input.</param>
    /// <exception cref="ArgumentException">The lengths are not those of the same whole number of rows.</exception>
    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        var rows = input.Length / Inputs;
        if (input.Length != rows * Inputs || output.Length != rows * Outputs)
            throw new ArgumentException(
                $"{input.Length} input and {output.Length} output values do not match one number of rows of {Inputs} and {Outputs}.",
                nameof(input));
        fixed (float* x = input, y = output)
            Run(x, y, Outputs, rows);
    }

    /// <summary>The same with room between the output's rows.</summary>
    internal void Run(float* input, float* output, int stride, int rows)
    {
        switch (Width)
        {
            case VectorWidth.Bits512:
                RowKernel<Simd512, Vector512<float>, Vector512<uint>>.Run(this, _weights.Pointer, input, output, stride, rows);
                break;
            case VectorWidth.Bits256:
                RowKernel<Simd256, Vector256<float>, Vector256<uint>>.Run(this, _weights.Pointer, input, output, stride, rows);
                break;
            default:
                RowKernel<Simd128, Vector128<float>, Vector128<uint>>.Run(this, _weights.Pointer, input, output, stride, rows);
                break;
        }
    }
}
