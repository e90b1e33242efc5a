using Robotics.Inference.Simd;

namespace Robotics.Inference.Dense;

/// <summary>A layer in floats, for <see cref="DenseKernel{TS, TF, TU}"/>. Immutable; thread-safe.</summary>
internal sealed class SingleLayer(int inputs, int outputs, bool activated, VectorWidth width)
    : PackedLayer(inputs, outputs, activated, inputs, BlocksFor(outputs, width))
{
    private const int SmallBlock = 4;

    /// <inheritdoc/>
    protected override uint Word(ReadOnlySpan<float> weights, int line) => BitConverter.SingleToUInt32Bits(weights[line]);

    private static int[] BlocksFor(int outputs, VectorWidth width)
    {
        // Two accumulators per output: 24 of the 32 registers of AVX-512, 12 of the 16 that the others have.
        var largeBlock = width == VectorWidth.Bits512 ? 12 : 6;
        var blocks = new List<int>();
        for (var left = outputs; left > 0; left -= blocks[^1])
            blocks.Add(left > largeBlock - SmallBlock ? largeBlock : SmallBlock);
        return [.. blocks];
    }
}
