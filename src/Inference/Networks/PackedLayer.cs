namespace Robotics.Inference;

/// <summary>
/// The shape of a fully connected layer as the kernels read it: outputs in blocks, each a line of biases and then a line of
/// weights per input. Outputs are filled up with zeros to whole blocks. Immutable; thread-safe.
/// </summary>
internal sealed class PackedLayer
{
    private const int SmallBlock = 4;

    public PackedLayer(int inputs, int outputs, bool activated, VectorWidth width)
    {
        Inputs = inputs;
        Outputs = outputs;
        Activated = activated;

        // Two accumulators per output: 24 of the 32 registers of AVX-512, 12 of the 16 that the others have.
        var largeBlock = width == VectorWidth.Bits512 ? 12 : 6;
        var blocks = new List<int>();
        for (var left = outputs; left > 0; left -= blocks[^1])
            blocks.Add(left > largeBlock - SmallBlock ? largeBlock : SmallBlock);
        Blocks = [.. blocks];
        PaddedOutputs = Blocks.Sum();
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Outputs with the fill.</summary>
    public int PaddedOutputs { get; }

    /// <summary>Whether SiLU follows.</summary>
    public bool Activated { get; }

    /// <summary>Outputs in each block.</summary>
    public int[] Blocks { get; }

    /// <summary>Floats that <see cref="Pack"/> writes.</summary>
    public int PackedLength => PaddedOutputs * (Inputs + 1);

    /// <summary>Lays one member's weights out.</summary>
    /// <param name="weights">[output × input].</param>
    /// <param name="biases">[output].</param>
    /// <param name="target">[<see cref="PackedLength"/>].</param>
    public void Pack(ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Span<float> target)
    {
        var first = 0;
        var at = 0;
        foreach (var size in Blocks)
        {
            for (var input = -1; input < Inputs; input++)
            {
                for (var o = first; o < first + size; o++)
                    target[at++] = o >= Outputs ? 0 : input < 0 ? biases[o] : weights[(o * Inputs) + input];
            }

            first += size;
        }
    }
}
