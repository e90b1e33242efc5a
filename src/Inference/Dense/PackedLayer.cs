namespace Robotics.Inference.Dense;

/// <summary>
/// The shape of a fully connected layer as the kernels read it: outputs in blocks, each a line of biases and then a line of
/// weights per line of input. Outputs are filled up with zeros to whole blocks. Immutable; thread-safe.
/// </summary>
internal abstract class PackedLayer
{
    protected PackedLayer(int inputs, int outputs, bool activated, int lines, int[] blocks)
    {
        Inputs = inputs;
        Outputs = outputs;
        Activated = activated;
        Lines = lines;
        Blocks = blocks;
        PaddedOutputs = Blocks.Sum();
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Outputs with the fill.</summary>
    public int PaddedOutputs { get; }

    /// <summary>True when SiLU follows the layer.</summary>
    public bool Activated { get; }

    /// <summary>Lines of input that the kernel reads.</summary>
    public int Lines { get; }

    /// <summary>Outputs in each block.</summary>
    public int[] Blocks { get; }

    /// <summary>Words of 32 bits that <see cref="Pack"/> writes.</summary>
    public int PackedLength => PaddedOutputs * (Lines + 1);

    /// <summary>Lays one member's weights out.</summary>
    /// <param name="weights">[output × input].</param>
    /// <param name="biases">[output].</param>
    /// <param name="target">[<see cref="PackedLength"/>].</param>
    public void Pack(ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Span<uint> target)
    {
        var first = 0;
        var at = 0;
        foreach (var size in Blocks)
        {
            for (var line = -1; line < Lines; line++)
            {
                for (var o = first; o < first + size; o++)
                    target[at++] = o >= Outputs ? 0
                        : line < 0 ? BitConverter.SingleToUInt32Bits(biases[o]) : Word(weights.Slice(o * Inputs, Inputs), line);
            }

            first += size;
        }
    }

    /// <summary>The packed weight of one output for one line of input.</summary>
    protected abstract uint Word(ReadOnlySpan<float> weights, int line);
}
