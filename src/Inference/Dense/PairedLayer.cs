using Robotics.Inference.Weights;

namespace Robotics.Inference.Dense;

/// <summary>
/// A layer for the native kernel, which multiplies floats, or pairs of bfloat16: then a line of input holds two inputs of
/// every lane. Immutable; thread-safe.
/// </summary>
internal sealed unsafe class PairedLayer : PackedLayer
{
    private const int MaximumBlock = 12;
    private readonly KernelLibrary _library;

    private PairedLayer(KernelLibrary library, LayerWeights shape, bool activated, bool pairsIn, bool pairsOut)
        : base(shape.Inputs, shape.Outputs, activated, pairsIn ? (shape.Inputs + 1) / 2 : shape.Inputs, BlocksFor(shape.Outputs))
    {
        _library = library;
        PairsIn = pairsIn;
        PairsOut = pairsOut;
    }

    /// <summary>True when inputs and weights are pairs of bfloat16.</summary>
    public bool PairsIn { get; }

    /// <summary>True when outputs are pairs of bfloat16.</summary>
    public bool PairsOut { get; }

    /// <summary>
    /// The layers of a network. What lies between hidden layers is pairs. The first and the last layer multiply floats: they
    /// are small, and with the last in bfloat16 the returns would be seven times further from those of floats.
    /// </summary>
    public static PackedLayer[] ForNetwork(KernelLibrary library, IReadOnlyList<LayerWeights> layers) =>
    [
        .. layers.Select((l, i) => new PairedLayer(
            library, l, activated: i < layers.Count - 1, pairsIn: i > 0 && i < layers.Count - 1, pairsOut: i < layers.Count - 2)),
    ];

    /// <summary>The nearest bfloat16, ties to even, as the processor rounds.</summary>
    public static ushort Rounded(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Runs the layer on a tile of one or two vectors of 512 bits.</summary>
    /// <param name="weights">One member's packed weights.</param>
    /// <param name="vectors">Vectors in the tile.</param>
    /// <param name="input">[lines × tile].</param>
    /// <param name="output">[padded outputs × tile], or half as many lines of pairs.</param>
    public void Run(float* weights, int vectors, float* input, float* output)
    {
        fixed (int* blocks = Blocks)
        {
            var call = new DenseCall
            {
                Inputs = Lines,
                BlockCount = Blocks.Length,
                Blocks = blocks,
                PairsIn = PairsIn ? 1 : 0,
                Vectors = vectors,
                Output = PairsOut ? DenseOutput.ActivatedPairs : Activated ? DenseOutput.Activated : DenseOutput.Plain,
            };
            _library.Dense(&call, weights, input, output);
        }
    }

    /// <inheritdoc/>
    protected override uint Word(ReadOnlySpan<float> weights, int line) => PairsIn
        ? Rounded(weights[2 * line]) | ((2 * line) + 1 < weights.Length ? (uint)Rounded(weights[(2 * line) + 1]) << 16 : 0)
        : BitConverter.SingleToUInt32Bits(weights[line]);

    // As few as the registers allow and as even as pairs allow: a small block at the end would wait for its own sums.
    private static int[] BlocksFor(int outputs)
    {
        var pairs = (outputs + 1) / 2;
        var count = (outputs + MaximumBlock - 1) / MaximumBlock;
        return [.. Enumerable.Range(0, count).Select(i => 2 * ((pairs / count) + (i < pairs % count ? 1 : 0)))];
    }
}
