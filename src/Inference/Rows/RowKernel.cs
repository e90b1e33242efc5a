using System.Runtime.CompilerServices;
using Robotics.Inference.Dense;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Rows;

/// <summary>
/// Dense layers on rows. A block of outputs is two vectors; eight sums are under way at once, of four rows, or, where fewer
/// rows are left, of four blocks. Sums are formed in the order of the inputs in any case.
/// </summary>
internal static unsafe class RowKernel<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    private const int RowsAtOnce = 4;
    private const int BlocksAtOnce = 4;

    /// <summary>Computes all rows.</summary>
    /// <param name="layer">The layer's shape.</param>
    /// <param name="weights">Its packed weights.</param>
    /// <param name="input">[rows × inputs].</param>
    /// <param name="output">[rows × stride].</param>
    /// <param name="stride">Stride from one row of the output to the next, floats.</param>
    /// <param name="rows">Rows.</param>
    public static void Run(PackedLinear layer, float* weights, float* input, float* output, int stride, int rows)
    {
        var whole = rows / RowsAtOnce * RowsAtOnce;
        if (whole > 0)
            RunRows(layer, weights, input, output, stride, whole);
        for (var row = whole; row < rows; row++)
            RunRow(layer, weights, input + ((nint)row * layer.Inputs), output + ((nint)row * stride));
        for (var row = 0; row < rows && layer.Activation != Activation.None; row++)
            Activate(layer, output + ((nint)row * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunRows(PackedLinear layer, float* weights, float* input, float* output, int stride, int rows)
    {
        var (inputs, size) = (layer.Inputs, 2 * TS.Lanes);
        var part = stackalloc float[RowsAtOnce * size];
        for (var left = layer.Outputs; left > 0; left -= size)
        {
            for (var row = 0; row < rows; row += RowsAtOnce)
            {
                var target = output + ((nint)row * stride);
                FourRows(weights, inputs, input + ((nint)row * inputs), left >= size ? target : part, left >= size ? stride : size);
                for (var r = 0; r < RowsAtOnce && left < size; r++)
                    new ReadOnlySpan<float>(part + (r * size), left).CopyTo(new Span<float>(target + ((nint)r * stride), left));
            }

            weights += (nint)size * (inputs + 1);
            output += size;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunRow(PackedLinear layer, float* weights, float* input, float* output)
    {
        var (inputs, size) = (layer.Inputs, 2 * TS.Lanes);
        var part = stackalloc float[size];
        var (left, step) = (layer.Outputs, (nint)size * (inputs + 1));
        for (; left >= BlocksAtOnce * size; left -= BlocksAtOnce * size)
        {
            FourBlocks(weights, step, inputs, input, output);
            weights += BlocksAtOnce * step;
            output += BlocksAtOnce * size;
        }

        for (; left > 0; left -= size)
        {
            OneBlock(weights, inputs, input, left >= size ? output : part);
            if (left < size)
                new ReadOnlySpan<float>(part, left).CopyTo(new Span<float>(output, left));
            weights += step;
            output += size;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Activate(PackedLinear layer, float* output)
    {
        for (var left = layer.Outputs; left > 0; left -= TS.Lanes)
        {
            var value = PartialVector<TS, TF, TU>.Load(output, left);
            PartialVector<TS, TF, TU>.Store(ActivationKernel<TS, TF, TU>.Apply(layer.Activation, value), output, left);
            output += TS.Lanes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(float* weights, int inputs, float* input, float* output, int stride)
    {
        var width = TS.Lanes;
        TF a0 = TS.Load(weights), a1 = TS.Load(weights + width);
        TF b0 = a0, b1 = a1, c0 = a0, c1 = a1, d0 = a0, d1 = a1;
        for (var end = input + inputs; input < end; input++)
        {
            weights += 2 * width;
            TF p = TS.Load(weights), q = TS.Load(weights + width), x;
            x = TS.Create(input[0]); a0 = TS.MultiplyAdd(x, p, a0); a1 = TS.MultiplyAdd(x, q, a1);
            x = TS.Create(input[inputs]); b0 = TS.MultiplyAdd(x, p, b0); b1 = TS.MultiplyAdd(x, q, b1);
            x = TS.Create(input[2 * (nint)inputs]); c0 = TS.MultiplyAdd(x, p, c0); c1 = TS.MultiplyAdd(x, q, c1);
            x = TS.Create(input[3 * (nint)inputs]); d0 = TS.MultiplyAdd(x, p, d0); d1 = TS.MultiplyAdd(x, q, d1);
        }

        Put(a0, a1, output);
        Put(b0, b1, output + stride);
        Put(c0, c1, output + (2 * (nint)stride));
        Put(d0, d1, output + (3 * (nint)stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourBlocks(float* weights, nint step, int inputs, float* input, float* output)
    {
        var width = TS.Lanes;
        var (v, u, t) = (step, 2 * step, 3 * step);
        TF a0 = TS.Load(weights), a1 = TS.Load(weights + width);
        TF b0 = TS.Load(weights + v), b1 = TS.Load(weights + v + width);
        TF c0 = TS.Load(weights + u), c1 = TS.Load(weights + u + width);
        TF d0 = TS.Load(weights + t), d1 = TS.Load(weights + t + width);
        for (var end = input + inputs; input < end; input++)
        {
            weights += 2 * width;
            var x = TS.Create(*input);
            a0 = TS.MultiplyAdd(x, TS.Load(weights), a0);
            a1 = TS.MultiplyAdd(x, TS.Load(weights + width), a1);
            b0 = TS.MultiplyAdd(x, TS.Load(weights + v), b0);
            b1 = TS.MultiplyAdd(x, TS.Load(weights + v + width), b1);
            c0 = TS.MultiplyAdd(x, TS.Load(weights + u), c0);
            c1 = TS.MultiplyAdd(x, TS.Load(weights + u + width), c1);
            d0 = TS.MultiplyAdd(x, TS.Load(weights + t), d0);
            d1 = TS.MultiplyAdd(x, TS.Load(weights + t + width), d1);
        }

        Put(a0, a1, output);
        Put(b0, b1, output + (2 * width));
        Put(c0, c1, output + (4 * width));
        Put(d0, d1, output + (6 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneBlock(float* weights, int inputs, float* input, float* output)
    {
        var width = TS.Lanes;
        TF a0 = TS.Load(weights), a1 = TS.Load(weights + width);
        for (var end = input + inputs; input < end; input++)
        {
            weights += 2 * width;
            var x = TS.Create(*input);
            a0 = TS.MultiplyAdd(x, TS.Load(weights), a0);
            a1 = TS.MultiplyAdd(x, TS.Load(weights + width), a1);
        }

        Put(a0, a1, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TF first, TF second, float* output)
    {
        TS.Store(first, output);
        TS.Store(second, output + TS.Lanes);
    }
}
