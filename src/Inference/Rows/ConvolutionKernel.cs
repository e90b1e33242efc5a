using System.Runtime.CompilerServices;
using Robotics.Inference.Dense;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Rows;

/// <summary>
/// A convolution of one image: two vectors of output channels at eight positions at once, or one vector. The inputs of a position
/// under a row of the kernel are contiguous, so that nothing is copied. Sums are formed in the order row, column, channel whatever
/// the block. Without AVX-512 there are registers for four positions only.
/// </summary>
internal static unsafe class ConvolutionKernel<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    private const int Most = PackedConvolution.PlacesAtOnce;

    /// <summary>Computes the output image.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="image">The padded image, [height × width × channel].</param>
    /// <param name="output">[position × channel].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(PackedConvolution layer, float* image, float* output)
    {
        var (count, channels) = (layer.Shape.OutputHeight * layer.Shape.OutputWidth, layer.Shape.OutputChannels);
        var weights = layer.Weights;
        var sums = stackalloc float[Most * 2 * TS.Lanes];
        fixed (int* places = layer.Places)
        {
            for (var channel = 0; channel < channels; channel += 2 * TS.Lanes)
            {
                var vectors = channels - channel > TS.Lanes ? 2 : 1;
                for (int place = 0, done; place < count; place += done)
                {
                    done = Sum(layer, vectors, weights, image, places + place, count - place, sums);
                    Deliver(layer.Activation, sums, vectors,
                        output + ((nint)place * channels) + channel, Math.Min(done, count - place), channels, channels - channel);
                }

                weights += (nint)vectors * TS.Lanes * (layer.Shape.Taps + 1);
            }
        }
    }

    /// <returns>Number of positions computed; those beyond the last repeat it.</returns>
    private static int Sum(PackedConvolution layer, int vectors, float* weights, float* image, int* places, int left, float* sums)
    {
        var (rows, taps, line) = (layer.Shape.Kernel, layer.RowTaps, layer.LineLength);
        if (vectors == 1)
            EightPlaces(rows, taps, line, weights, image, places, sums);
        else if (TS.Lanes == 16 && left > 4)
            EightPlacesTwice(rows, taps, line, weights, image, places, sums);
        else
            FourPlacesTwice(rows, taps, line, weights, image, places, sums);
        return vectors == 1 || (TS.Lanes == 16 && left > 4) ? Most : 4;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Deliver(Activation activation, float* sums, int vectors, float* output, int places, int stride, int left)
    {
        for (var place = 0; place < places; place++)
        {
            for (var lane = 0; lane < vectors * TS.Lanes; lane += TS.Lanes)
                PartialVector<TS, TF, TU>.Store(
                    ActivationKernel<TS, TF, TU>.Apply(activation, TS.Load(sums + lane)), output + lane, left - lane);
            sums += vectors * TS.Lanes;
            output += stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightPlacesTwice(int rows, nint taps, nint line, float* weights, float* image, int* places, float* sums)
    {
        var width = TS.Lanes;
        TF a0 = TS.Load(weights), b0 = a0, c0 = a0, d0 = a0, e0 = a0, f0 = a0, g0 = a0, h0 = a0;
        TF a1 = TS.Load(weights + width), b1 = a1, c1 = a1, d1 = a1, e1 = a1, f1 = a1, g1 = a1, h1 = a1;
        float* a = image + places[0], b = image + places[1], c = image + places[2], d = image + places[3];
        float* e = image + places[4], f = image + places[5], g = image + places[6], h = image + places[7];
        for (var row = 0; row < rows; row++)
        {
            for (nint t = 0; t < taps; t++)
            {
                weights += 2 * width;
                TF p = TS.Load(weights), q = TS.Load(weights + width), x;
                x = TS.Create(a[t]); a0 = TS.MultiplyAdd(x, p, a0); a1 = TS.MultiplyAdd(x, q, a1);
                x = TS.Create(b[t]); b0 = TS.MultiplyAdd(x, p, b0); b1 = TS.MultiplyAdd(x, q, b1);
                x = TS.Create(c[t]); c0 = TS.MultiplyAdd(x, p, c0); c1 = TS.MultiplyAdd(x, q, c1);
                x = TS.Create(d[t]); d0 = TS.MultiplyAdd(x, p, d0); d1 = TS.MultiplyAdd(x, q, d1);
                x = TS.Create(e[t]); e0 = TS.MultiplyAdd(x, p, e0); e1 = TS.MultiplyAdd(x, q, e1);
                x = TS.Create(f[t]); f0 = TS.MultiplyAdd(x, p, f0); f1 = TS.MultiplyAdd(x, q, f1);
                x = TS.Create(g[t]); g0 = TS.MultiplyAdd(x, p, g0); g1 = TS.MultiplyAdd(x, q, g1);
                x = TS.Create(h[t]); h0 = TS.MultiplyAdd(x, p, h0); h1 = TS.MultiplyAdd(x, q, h1);
            }

            a += line; b += line; c += line; d += line; e += line; f += line; g += line; h += line;
        }

        Put(a0, a1, sums);
        Put(b0, b1, sums + (2 * width));
        Put(c0, c1, sums + (4 * width));
        Put(d0, d1, sums + (6 * width));
        Put(e0, e1, sums + (8 * width));
        Put(f0, f1, sums + (10 * width));
        Put(g0, g1, sums + (12 * width));
        Put(h0, h1, sums + (14 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourPlacesTwice(int rows, nint taps, nint line, float* weights, float* image, int* places, float* sums)
    {
        var width = TS.Lanes;
        TF a0 = TS.Load(weights), b0 = a0, c0 = a0, d0 = a0;
        TF a1 = TS.Load(weights + width), b1 = a1, c1 = a1, d1 = a1;
        float* a = image + places[0], b = image + places[1], c = image + places[2], d = image + places[3];
        for (var row = 0; row < rows; row++)
        {
            for (nint t = 0; t < taps; t++)
            {
                weights += 2 * width;
                TF p = TS.Load(weights), q = TS.Load(weights + width), x;
                x = TS.Create(a[t]); a0 = TS.MultiplyAdd(x, p, a0); a1 = TS.MultiplyAdd(x, q, a1);
                x = TS.Create(b[t]); b0 = TS.MultiplyAdd(x, p, b0); b1 = TS.MultiplyAdd(x, q, b1);
                x = TS.Create(c[t]); c0 = TS.MultiplyAdd(x, p, c0); c1 = TS.MultiplyAdd(x, q, c1);
                x = TS.Create(d[t]); d0 = TS.MultiplyAdd(x, p, d0); d1 = TS.MultiplyAdd(x, q, d1);
            }

            a += line; b += line; c += line; d += line;
        }

        Put(a0, a1, sums);
        Put(b0, b1, sums + (2 * width));
        Put(c0, c1, sums + (4 * width));
        Put(d0, d1, sums + (6 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightPlaces(int rows, nint taps, nint line, float* weights, float* image, int* places, float* sums)
    {
        var width = TS.Lanes;
        TF a0 = TS.Load(weights), b0 = a0, c0 = a0, d0 = a0, e0 = a0, f0 = a0, g0 = a0, h0 = a0;
        float* a = image + places[0], b = image + places[1], c = image + places[2], d = image + places[3];
        float* e = image + places[4], f = image + places[5], g = image + places[6], h = image + places[7];
        for (var row = 0; row < rows; row++)
        {
            for (nint t = 0; t < taps; t++)
            {
                weights += width;
                var p = TS.Load(weights);
                a0 = TS.MultiplyAdd(TS.Create(a[t]), p, a0);
                b0 = TS.MultiplyAdd(TS.Create(b[t]), p, b0);
                c0 = TS.MultiplyAdd(TS.Create(c[t]), p, c0);
                d0 = TS.MultiplyAdd(TS.Create(d[t]), p, d0);
                e0 = TS.MultiplyAdd(TS.Create(e[t]), p, e0);
                f0 = TS.MultiplyAdd(TS.Create(f[t]), p, f0);
                g0 = TS.MultiplyAdd(TS.Create(g[t]), p, g0);
                h0 = TS.MultiplyAdd(TS.Create(h[t]), p, h0);
            }

            a += line; b += line; c += line; d += line; e += line; f += line; g += line; h += line;
        }

        Put(a0, b0, sums);
        Put(c0, d0, sums + (2 * width));
        Put(e0, f0, sums + (4 * width));
        Put(g0, h0, sums + (6 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TF first, TF second, float* sums)
    {
        TS.Store(first, sums);
        TS.Store(second, sums + TS.Lanes);
    }
}
