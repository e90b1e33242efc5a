using System.Runtime.InteropServices;
using Robotics.Inference.Simd;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Dense;

/// <summary>
/// Multi-layer perceptrons of one shape, SiLU after every layer but the last, packed for one vector width and precision.
/// Immutable; thread-safe.
/// </summary>
internal sealed unsafe class PackedMlp
{
    private readonly AlignedFloats _weights;
    private readonly int _memberStride;
    private readonly int[] _layerOffsets;

    /// <summary>Packs the weights of <paramref name="members"/> networks.</summary>
    /// <param name="layers">Their layers.</param>
    /// <param name="members">Number of networks.</param>
    /// <param name="width">The vector width; with <paramref name="library"/> 512 bits.</param>
    /// <param name="library">Native kernels that multiply in bfloat16; null: floats.</param>
    public PackedMlp(IReadOnlyList<LayerWeights> layers, int members, VectorWidth width, KernelLibrary? library = null)
    {
        Width = width;
        Precision = library is null ? Precision.Single : Precision.BFloat16;
        Layers = library is null
            ? [.. layers.Select((l, i) => new SingleLayer(l.Inputs, l.Outputs, i < layers.Count - 1, width))]
            : PairedLayer.ForNetwork(library, layers);
        _layerOffsets = new int[layers.Count];
        for (var i = 0; i < layers.Count; i++)
        {
            _layerOffsets[i] = _memberStride;
            _memberStride += ToWholeLines(Layers[i].PackedLength);
        }

        _weights = new AlignedFloats((long)_memberStride * members);
        for (var m = 0; m < members; m++)
        {
            for (var i = 0; i < layers.Count; i++)
                Pack(layers[i], m, Layers[i], MemoryMarshal.Cast<float, uint>(_weights.Span)
                    .Slice((m * _memberStride) + _layerOffsets[i], Layers[i].PackedLength));
        }
    }

    public VectorWidth Width { get; }

    public Precision Precision { get; }

    public PackedLayer[] Layers { get; }

    /// <summary>Floats that a network's activations need in each of two buffers: [widest layer × full tile].</summary>
    public int ScratchLength => Layers.Max(l => l.PaddedOutputs) * Width.TileLanes();

    /// <summary>Multiplications and additions of one network for one row, without fill and activations.</summary>
    public double FlopsPerRow => Layers.Sum(l => 2.0 * l.Inputs * l.Outputs);

    /// <summary>Runs one member on a tile.</summary>
    /// <param name="member">Index of the network.</param>
    /// <param name="vectors">Vectors in the tile, 1 or 2: a narrow tile costs a little more than half of a full one.</param>
    /// <param name="input">[inputs × tile].</param>
    /// <param name="first">Scratch of <see cref="ScratchLength"/>.</param>
    /// <param name="second">Scratch of <see cref="ScratchLength"/>.</param>
    /// <returns>Pointer to the outputs, [outputs × tile], in one of the two buffers.</returns>
    public float* Run<TS, TF, TU>(int member, int vectors, float* input, float* first, float* second)
        where TS : struct, ISimd<TF, TU>
        where TF : struct
        where TU : struct
    {
        var weights = _weights.Pointer + ((nint)member * _memberStride);
        for (var i = 0; i < Layers.Length; i++)
        {
            if (Layers[i] is PairedLayer paired)
                paired.Run(weights + _layerOffsets[i], vectors, input, first);
            else if (vectors == 1)
                NarrowDenseKernel<TS, TF, TU>.Run(Layers[i], weights + _layerOffsets[i], input, first);
            else
                DenseKernel<TS, TF, TU>.Run(Layers[i], weights + _layerOffsets[i], input, first);
            input = first;
            first = second;
            second = input;
        }

        return input;
    }

    private static void Pack(LayerWeights layer, int member, PackedLayer into, Span<uint> target)
    {
        var size = layer.Outputs * layer.Inputs;
        into.Pack(layer.Weights.AsSpan(member * size, size), layer.Biases.AsSpan(member * layer.Outputs, layer.Outputs), target);
    }

    private static int ToWholeLines(int floats) => (floats + 15) & ~15;
}
