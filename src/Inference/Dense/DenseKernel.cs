using System.Runtime.CompilerServices;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Dense;

/// <summary>
/// y = activation(W x + b) on a tile of rows. Features × lanes: feature i of all rows stands in line i. A block of outputs
/// stays in registers over all inputs; each input is loaded once and each weight once for the two vectors of a tile.
/// </summary>
internal static unsafe class DenseKernel<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    /// <summary>Runs one layer of one member.</summary>
    /// <param name="layer">The layer's shape.</param>
    /// <param name="weights">The member's packed weights.</param>
    /// <param name="input">[inputs × tile].</param>
    /// <param name="output">[padded outputs × tile].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(PackedLayer layer, float* weights, float* input, float* output)
    {
        var tile = 2 * TS.Lanes;
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
                ActivationKernel<TS, TF, TU>.SiLU(output, size * tile);
            weights += (nint)size * (layer.Inputs + 1);
            output += size * tile;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block12(float* weights, float* input, int inputs, float* output)
    {
        var width = TS.Lanes;
        TF a0 = TS.Create(weights[0]), b0 = a0;
        TF a1 = TS.Create(weights[1]), b1 = a1;
        TF a2 = TS.Create(weights[2]), b2 = a2;
        TF a3 = TS.Create(weights[3]), b3 = a3;
        TF a4 = TS.Create(weights[4]), b4 = a4;
        TF a5 = TS.Create(weights[5]), b5 = a5;
        TF a6 = TS.Create(weights[6]), b6 = a6;
        TF a7 = TS.Create(weights[7]), b7 = a7;
        TF a8 = TS.Create(weights[8]), b8 = a8;
        TF a9 = TS.Create(weights[9]), b9 = a9;
        TF a10 = TS.Create(weights[10]), b10 = a10;
        TF a11 = TS.Create(weights[11]), b11 = a11;
        for (var end = input + ((nint)inputs * 2 * width); input < end; input += 2 * width)
        {
            weights += 12;
            TF x = TS.Load(input), y = TS.Load(input + width), w;
            w = TS.Create(weights[0]); a0 = TS.MultiplyAdd(w, x, a0); b0 = TS.MultiplyAdd(w, y, b0);
            w = TS.Create(weights[1]); a1 = TS.MultiplyAdd(w, x, a1); b1 = TS.MultiplyAdd(w, y, b1);
            w = TS.Create(weights[2]); a2 = TS.MultiplyAdd(w, x, a2); b2 = TS.MultiplyAdd(w, y, b2);
            w = TS.Create(weights[3]); a3 = TS.MultiplyAdd(w, x, a3); b3 = TS.MultiplyAdd(w, y, b3);
            w = TS.Create(weights[4]); a4 = TS.MultiplyAdd(w, x, a4); b4 = TS.MultiplyAdd(w, y, b4);
            w = TS.Create(weights[5]); a5 = TS.MultiplyAdd(w, x, a5); b5 = TS.MultiplyAdd(w, y, b5);
            w = TS.Create(weights[6]); a6 = TS.MultiplyAdd(w, x, a6); b6 = TS.MultiplyAdd(w, y, b6);
            w = TS.Create(weights[7]); a7 = TS.MultiplyAdd(w, x, a7); b7 = TS.MultiplyAdd(w, y, b7);
            w = TS.Create(weights[8]); a8 = TS.MultiplyAdd(w, x, a8); b8 = TS.MultiplyAdd(w, y, b8);
            w = TS.Create(weights[9]); a9 = TS.MultiplyAdd(w, x, a9); b9 = TS.MultiplyAdd(w, y, b9);
            w = TS.Create(weights[10]); a10 = TS.MultiplyAdd(w, x, a10); b10 = TS.MultiplyAdd(w, y, b10);
            w = TS.Create(weights[11]); a11 = TS.MultiplyAdd(w, x, a11); b11 = TS.MultiplyAdd(w, y, b11);
        }

        Put(a0, b0, output);
        Put(a1, b1, output + (1 * 2 * width));
        Put(a2, b2, output + (2 * 2 * width));
        Put(a3, b3, output + (3 * 2 * width));
        Put(a4, b4, output + (4 * 2 * width));
        Put(a5, b5, output + (5 * 2 * width));
        Put(a6, b6, output + (6 * 2 * width));
        Put(a7, b7, output + (7 * 2 * width));
        Put(a8, b8, output + (8 * 2 * width));
        Put(a9, b9, output + (9 * 2 * width));
        Put(a10, b10, output + (10 * 2 * width));
        Put(a11, b11, output + (11 * 2 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block6(float* weights, float* input, int inputs, float* output)
    {
        var width = TS.Lanes;
        TF a0 = TS.Create(weights[0]), b0 = a0;
        TF a1 = TS.Create(weights[1]), b1 = a1;
        TF a2 = TS.Create(weights[2]), b2 = a2;
        TF a3 = TS.Create(weights[3]), b3 = a3;
        TF a4 = TS.Create(weights[4]), b4 = a4;
        TF a5 = TS.Create(weights[5]), b5 = a5;
        for (var end = input + ((nint)inputs * 2 * width); input < end; input += 2 * width)
        {
            weights += 6;
            TF x = TS.Load(input), y = TS.Load(input + width), w;
            w = TS.Create(weights[0]); a0 = TS.MultiplyAdd(w, x, a0); b0 = TS.MultiplyAdd(w, y, b0);
            w = TS.Create(weights[1]); a1 = TS.MultiplyAdd(w, x, a1); b1 = TS.MultiplyAdd(w, y, b1);
            w = TS.Create(weights[2]); a2 = TS.MultiplyAdd(w, x, a2); b2 = TS.MultiplyAdd(w, y, b2);
            w = TS.Create(weights[3]); a3 = TS.MultiplyAdd(w, x, a3); b3 = TS.MultiplyAdd(w, y, b3);
            w = TS.Create(weights[4]); a4 = TS.MultiplyAdd(w, x, a4); b4 = TS.MultiplyAdd(w, y, b4);
            w = TS.Create(weights[5]); a5 = TS.MultiplyAdd(w, x, a5); b5 = TS.MultiplyAdd(w, y, b5);
        }

        Put(a0, b0, output);
        Put(a1, b1, output + (1 * 2 * width));
        Put(a2, b2, output + (2 * 2 * width));
        Put(a3, b3, output + (3 * 2 * width));
        Put(a4, b4, output + (4 * 2 * width));
        Put(a5, b5, output + (5 * 2 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block4(float* weights, float* input, int inputs, float* output)
    {
        var width = TS.Lanes;
        TF a0 = TS.Create(weights[0]), b0 = a0;
        TF a1 = TS.Create(weights[1]), b1 = a1;
        TF a2 = TS.Create(weights[2]), b2 = a2;
        TF a3 = TS.Create(weights[3]), b3 = a3;
        for (var end = input + ((nint)inputs * 2 * width); input < end; input += 2 * width)
        {
            weights += 4;
            TF x = TS.Load(input), y = TS.Load(input + width), w;
            w = TS.Create(weights[0]); a0 = TS.MultiplyAdd(w, x, a0); b0 = TS.MultiplyAdd(w, y, b0);
            w = TS.Create(weights[1]); a1 = TS.MultiplyAdd(w, x, a1); b1 = TS.MultiplyAdd(w, y, b1);
            w = TS.Create(weights[2]); a2 = TS.MultiplyAdd(w, x, a2); b2 = TS.MultiplyAdd(w, y, b2);
            w = TS.Create(weights[3]); a3 = TS.MultiplyAdd(w, x, a3); b3 = TS.MultiplyAdd(w, y, b3);
        }

        Put(a0, b0, output);
        Put(a1, b1, output + (1 * 2 * width));
        Put(a2, b2, output + (2 * 2 * width));
        Put(a3, b3, output + (3 * 2 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TF a, TF b, float* output)
    {
        TS.Store(a, output);
        TS.Store(b, output + TS.Lanes);
    }
}
