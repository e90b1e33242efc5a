using System.Runtime.CompilerServices;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Dense;

/// <summary>
/// As <see cref="DenseKernel{TS, TF, TU}"/> on a tile of one vector, for the rows that are left over: each weight is loaded for
/// one multiply-add instead of two.
/// </summary>
internal static unsafe class NarrowDenseKernel<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    /// <summary>Runs one layer of one member.</summary>
    /// <param name="layer">The layer's shape.</param>
    /// <param name="weights">The member's packed weights.</param>
    /// <param name="input">[inputs × vector].</param>
    /// <param name="output">[padded outputs × vector].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(PackedLayer layer, float* weights, float* input, float* output)
    {
        foreach (var size in layer.Blocks)
        {
            switch (size)
            {
                case 12:
                    Block12(weights, input, layer.Inputs, output);
                    break;
                case 6:
                    Block6(weights, input, layer.Inputs, output);
                    break;
                default:
                    Block4(weights, input, layer.Inputs, output);
                    break;
            }

            if (layer.Activated)
                ActivationKernel<TS, TF, TU>.SiLU(output, size * TS.Lanes);
            weights += (nint)size * (layer.Inputs + 1);
            output += size * TS.Lanes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block12(float* weights, float* input, int inputs, float* output)
    {
        var width = TS.Lanes;
        TF a0 = TS.Create(weights[0]), a1 = TS.Create(weights[1]);
        TF a2 = TS.Create(weights[2]), a3 = TS.Create(weights[3]);
        TF a4 = TS.Create(weights[4]), a5 = TS.Create(weights[5]);
        TF a6 = TS.Create(weights[6]), a7 = TS.Create(weights[7]);
        TF a8 = TS.Create(weights[8]), a9 = TS.Create(weights[9]);
        TF a10 = TS.Create(weights[10]), a11 = TS.Create(weights[11]);
        for (var end = input + ((nint)inputs * width); input < end; input += width)
        {
            weights += 12;
            var x = TS.Load(input);
            a0 = TS.MultiplyAdd(TS.Create(weights[0]), x, a0);
            a1 = TS.MultiplyAdd(TS.Create(weights[1]), x, a1);
            a2 = TS.MultiplyAdd(TS.Create(weights[2]), x, a2);
            a3 = TS.MultiplyAdd(TS.Create(weights[3]), x, a3);
            a4 = TS.MultiplyAdd(TS.Create(weights[4]), x, a4);
            a5 = TS.MultiplyAdd(TS.Create(weights[5]), x, a5);
            a6 = TS.MultiplyAdd(TS.Create(weights[6]), x, a6);
            a7 = TS.MultiplyAdd(TS.Create(weights[7]), x, a7);
            a8 = TS.MultiplyAdd(TS.Create(weights[8]), x, a8);
            a9 = TS.MultiplyAdd(TS.Create(weights[9]), x, a9);
            a10 = TS.MultiplyAdd(TS.Create(weights[10]), x, a10);
            a11 = TS.MultiplyAdd(TS.Create(weights[11]), x, a11);
        }

        TS.Store(a0, output);
        TS.Store(a1, output + (1 * width));
        TS.Store(a2, output + (2 * width));
        TS.Store(a3, output + (3 * width));
        TS.Store(a4, output + (4 * width));
        TS.Store(a5, output + (5 * width));
        TS.Store(a6, output + (6 * width));
        TS.Store(a7, output + (7 * width));
        TS.Store(a8, output + (8 * width));
        TS.Store(a9, output + (9 * width));
        TS.Store(a10, output + (10 * width));
        TS.Store(a11, output + (11 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block6(float* weights, float* input, int inputs, float* output)
    {
        var width = TS.Lanes;
        TF a0 = TS.Create(weights[0]), a1 = TS.Create(weights[1]);
        TF a2 = TS.Create(weights[2]), a3 = TS.Create(weights[3]);
        TF a4 = TS.Create(weights[4]), a5 = TS.Create(weights[5]);
        for (var end = input + ((nint)inputs * width); input < end; input += width)
        {
            weights += 6;
            var x = TS.Load(input);
            a0 = TS.MultiplyAdd(TS.Create(weights[0]), x, a0);
            a1 = TS.MultiplyAdd(TS.Create(weights[1]), x, a1);
            a2 = TS.MultiplyAdd(TS.Create(weights[2]), x, a2);
            a3 = TS.MultiplyAdd(TS.Create(weights[3]), x, a3);
            a4 = TS.MultiplyAdd(TS.Create(weights[4]), x, a4);
            a5 = TS.MultiplyAdd(TS.Create(weights[5]), x, a5);
        }

        TS.Store(a0, output);
        TS.Store(a1, output + (1 * width));
        TS.Store(a2, output + (2 * width));
        TS.Store(a3, output + (3 * width));
        TS.Store(a4, output + (4 * width));
        TS.Store(a5, output + (5 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block4(float* weights, float* input, int inputs, float* output)
    {
        var width = TS.Lanes;
        TF a0 = TS.Create(weights[0]), a1 = TS.Create(weights[1]);
        TF a2 = TS.Create(weights[2]), a3 = TS.Create(weights[3]);
        for (var end = input + ((nint)inputs * width); input < end; input += width)
        {
            weights += 4;
            var x = TS.Load(input);
            a0 = TS.MultiplyAdd(TS.Create(weights[0]), x, a0);
            a1 = TS.MultiplyAdd(TS.Create(weights[1]), x, a1);
            a2 = TS.MultiplyAdd(TS.Create(weights[2]), x, a2);
            a3 = TS.MultiplyAdd(TS.Create(weights[3]), x, a3);
        }

        TS.Store(a0, output);
        TS.Store(a1, output + (1 * width));
        TS.Store(a2, output + (2 * width));
        TS.Store(a3, output + (3 * width));
    }
}
