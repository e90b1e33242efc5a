using System.Runtime.CompilerServices;

namespace Robotics.Inference;

/// <summary>A convolution of one picture, tile of places by tile of places.</summary>
internal static unsafe class ConvolutionKernel<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    /// <summary>Computes the picture.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="picture">The padded picture.</param>
    /// <param name="output">[channel × place].</param>
    /// <param name="memory">[taps × tile] and [padded channels × tile].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(PackedConvolution layer, float* picture, float* output, float* memory)
    {
        var places = layer.Places;
        var sums = memory + ((nint)layer.Taps.Length * 2 * TS.Lanes);
        for (var first = 0; first < places.Length; first += 2 * TS.Lanes)
        {
            var count = Math.Min(places.Length - first, 2 * TS.Lanes);
            var vectors = count > TS.Lanes ? 2 : 1;
            Gather(picture, layer.Taps, places.Slice(first, count), vectors * TS.Lanes, memory);
            if (vectors == 1)
                NarrowDenseKernel<TS, TF, TU>.Run(layer.Layer, layer.Weights, memory, sums);
            else
                DenseKernel<TS, TF, TU>.Run(layer.Layer, layer.Weights, memory, sums);
            Deliver(layer, sums, vectors, output + first, places.Length, count);
        }
    }

    // Lanes beyond the places keep what they held: nobody reads their sums.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(float* picture, ReadOnlySpan<int> taps, ReadOnlySpan<int> places, int tile, float* target)
    {
        foreach (var tap in taps)
        {
            var source = picture + tap;
            for (var lane = 0; lane < places.Length; lane++)
                target[lane] = source[places[lane]];
            target += tile;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Deliver(PackedConvolution layer, float* sums, int vectors, float* output, int stride, int count)
    {
        for (var channel = 0; channel < layer.Shape.OutputChannels; channel++)
        {
            for (var lane = 0; lane < vectors * TS.Lanes; lane += TS.Lanes)
            {
                var value = ActivationKernel<TS, TF, TU>.Apply(layer.Activation, TS.Load(sums + lane));
                PartialVector<TS, TF, TU>.Store(value, output + lane, count - lane);
            }

            sums += vectors * TS.Lanes;
            output += stride;
        }
    }
}
