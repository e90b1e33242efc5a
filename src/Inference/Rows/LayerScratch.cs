using Robotics.Inference.Simd;

namespace Robotics.Inference.Rows;

/// <summary>
/// Working memory of packed layers, as long as the longest of their <c>ScratchLength</c>: one for each thread, shared by its
/// layers. Its contents between calls are undefined.
/// </summary>
/// <param name="length">Floats.</param>
public sealed class LayerScratch(long length)
{
    internal AlignedFloats Memory { get; } = new(length);

    /// <summary>Floats.</summary>
    public long Length => Memory.Length;

    internal static int ToWholeLines(int floats) => (floats + 15) & ~15;

    internal unsafe float* Take(long floats) => floats <= Length
        ? Memory.Pointer
        : throw new ArgumentException($"The layer needs a scratch of {floats} floats; this one has {Length}.");
}
