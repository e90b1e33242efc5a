using Robotics.Inference.Rows;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Rssm;

/// <summary>
/// Points in a feature map [row × column × channel]: a map per point, a softmax over its places, the expected column and row.
/// Immutable; thread-safe as long as each caller brings its own memory.
/// </summary>
internal sealed class PackedKeypoints
{
    private readonly PackedConvolution _maps;
    private readonly PointKernel _kernel;
    private readonly LayerScratch _none = new(0);
    private readonly float[] _columns;
    private readonly float[] _rows;

    /// <summary>Packs the maps.</summary>
    /// <param name="weights">The maps' weights.</param>
    /// <param name="input">The convolution whose output is looked at.</param>
    /// <exception cref="ArgumentException">The weights do not fit the convolution's channels.</exception>
    public PackedKeypoints(KeypointWeights weights, ConvolutionShape input)
    {
        var shape = new ConvolutionShape
        {
            InputChannels = input.OutputChannels,
            Height = input.OutputHeight,
            Width = input.OutputWidth,
            OutputChannels = weights.Biases.Length,
            Kernel = 1,
            Stride = 1,
        };
        _maps = new PackedConvolution(shape, weights.Weights, weights.Biases);
        _kernel = PointKernel.For(_maps.VectorWidth);
        (_columns, _rows) = (Coordinates(input.OutputWidth, weights.Reach), Coordinates(input.OutputHeight, weights.Reach));
    }

    /// <summary>Number of keypoints.</summary>
    public int Count => _maps.Shape.OutputChannels;

    /// <summary>Floats of memory that a call needs.</summary>
    public int MemoryLength => _maps.Shape.OutputLength + (2 * Count);

    /// <summary>Computes one feature map. Does not allocate; safe on the tick path.</summary>
    /// <param name="features">[row × column × channel].</param>
    /// <param name="points">[2·points]: column and row of each.</param>
    /// <param name="memory">At least <see cref="MemoryLength"/>.</param>
    public void Find(ReadOnlySpan<float> features, Span<float> points, Span<float> memory)
    {
        var maps = memory[.._maps.Shape.OutputLength];
        var across = memory.Slice(maps.Length, Count);
        var down = memory.Slice(maps.Length + Count, Count);
        _maps.Forward(features, maps, _none);
        _kernel.Expect(maps, _columns, _rows, across, down);
        for (var i = 0; i < Count; i++)
            (points[2 * i], points[(2 * i) + 1]) = (across[i], down[i]);
    }

    private static float[] Coordinates(int count, float reach) =>
        [.. Enumerable.Range(0, count).Select(i => count < 2 ? 0 : reach * ((2f * i / (count - 1)) - 1))];
}
