using System.Numerics;

namespace Robotics.TorchExtras;

/// <summary>
/// Geometry of a convolution's patches: of images [N × height × width × channel], for each position of the kernel, row by row, the patch
/// that it covers, [N · rows · columns × kernel · kernel · channel]. Immutable; thread-safe.
/// </summary>
/// <param name="Count">N, number of images.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Columns of an image.</param>
/// <param name="Channels">Channels of an image.</param>
/// <param name="Kernel">Side of a patch, pixels.</param>
/// <param name="Stride">Distance of neighbouring patches, pixels.</param>
/// <param name="Padding">Width of the border of zeros around the image, pixels.</param>
internal sealed record PatchShape(int Count, int Height, int Width, int Channels, int Kernel, int Stride, int Padding)
{
    /// <summary>Patches in a column of the image.</summary>
    public int Rows => ((Height + (2 * Padding) - Kernel) / Stride) + 1;

    /// <summary>Patches in a row of the image.</summary>
    public int Columns => ((Width + (2 * Padding) - Kernel) / Stride) + 1;

    /// <summary>Values in a patch.</summary>
    public int PatchLength => Kernel * Kernel * Channels;

    /// <summary>Copies every patch out of the images. With padding the caller has cleared the patches.</summary>
    public void Gather(Span<float> images, Span<float> patches) => Move(images, patches, add: false);

    /// <summary>Adds every patch to the images, which the caller has cleared: the adjoint of <see cref="Gather"/>.</summary>
    public void Scatter(Span<float> patches, Span<float> images) => Move(images, patches, add: true);

    // A kernel's row covers pixels that are adjacent both in the image and in the patch.
    private void Move(Span<float> images, Span<float> patches, bool add)
    {
        var (rows, columns) = (Rows, Columns);
        for (var line = 0; line < Count * rows * Kernel; line++)
        {
            var (place, kernelRow) = Math.DivRem(line, Kernel);
            var (image, row) = Math.DivRem(place, rows);
            var y = (row * Stride) - Padding + kernelRow;
            if (y < 0 || y >= Height)
                continue;
            var pixels = images.Slice(((image * Height) + y) * Width * Channels, Width * Channels);
            for (var column = 0; column < columns; column++)
            {
                var x = (column * Stride) - Padding;
                var (first, end) = (Math.Max(x, 0), Math.Min(x + Kernel, Width));
                if (first >= end)
                    continue;
                var start = ((((place * columns) + column) * Kernel) + kernelRow) * Kernel;
                var covered = pixels.Slice(first * Channels, (end - first) * Channels);
                var patch = patches.Slice((start + first - x) * Channels, covered.Length);
                if (add)
                    Add(patch, covered);
                else
                    covered.CopyTo(patch);
            }
        }
    }

    private static void Add(ReadOnlySpan<float> values, Span<float> sums)
    {
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(values[i..]) + new Vector<float>(sums[i..])).CopyTo(sums[i..]);
        for (; i < values.Length; i++)
            sums[i] += values[i];
    }
}
