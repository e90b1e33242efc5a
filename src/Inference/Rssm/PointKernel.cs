using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Robotics.Inference.Rows;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Rssm;

/// <summary>The expected places of softmax maps, for one vector width. Thread-safe.</summary>
internal abstract unsafe class PointKernel
{
    /// <summary>The kernel for a width.</summary>
    public static PointKernel For(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => new PointKernel<Simd512, Vector512<float>, Vector512<uint>>(),
        VectorWidth.Bits256 => new PointKernel<Simd256, Vector256<float>, Vector256<uint>>(),
        _ => new PointKernel<Simd128, Vector128<float>, Vector128<uint>>(),
    };

    /// <summary>Computes all keypoints of an image. Does not allocate; safe on the tick path.</summary>
    /// <param name="maps">[row × column × point], before the softmax.</param>
    /// <param name="columns">[column], coordinates.</param>
    /// <param name="rows">[row], coordinates.</param>
    /// <param name="across">[point], expected columns.</param>
    /// <param name="down">[point], expected rows.</param>
    public abstract void Expect(
        ReadOnlySpan<float> maps, ReadOnlySpan<float> columns, ReadOnlySpan<float> rows, Span<float> across, Span<float> down);
}

/// <inheritdoc/>
internal sealed unsafe class PointKernel<TS, TF, TU> : PointKernel
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Expect(
        ReadOnlySpan<float> maps, ReadOnlySpan<float> columns, ReadOnlySpan<float> rows, Span<float> across, Span<float> down)
    {
        fixed (float* m = maps, a = across, d = down)
        {
            for (var i = 0; i < across.Length; i += TS.Lanes)
                Expect(m + i, across.Length, columns, rows, a + i, d + i, across.Length - i);
        }
    }

    private static void Expect(
        float* map, int points, ReadOnlySpan<float> columns, ReadOnlySpan<float> rows, float* across, float* down, int left)
    {
        var highest = Highest(map, points, columns.Length * rows.Length, left);
        var (sum, horizontal, vertical) = (TS.Create(0f), TS.Create(0f), TS.Create(0f));
        foreach (var row in rows)
        {
            var line = TS.Create(0f);
            foreach (var column in columns)
            {
                var weight = SimdMath<TS, TF, TU>.Exp(TS.Subtract(PartialVector<TS, TF, TU>.Load(map, left), highest));
                line = TS.Add(line, weight);
                horizontal = TS.MultiplyAdd(weight, TS.Create(column), horizontal);
                map += points;
            }

            sum = TS.Add(sum, line);
            vertical = TS.MultiplyAdd(line, TS.Create(row), vertical);
        }

        PartialVector<TS, TF, TU>.Store(TS.Divide(horizontal, sum), across, left);
        PartialVector<TS, TF, TU>.Store(TS.Divide(vertical, sum), down, left);
    }

    private static TF Highest(float* map, int points, int places, int left)
    {
        var highest = PartialVector<TS, TF, TU>.Load(map, left);
        for (var i = 1; i < places; i++)
            highest = TS.Max(highest, PartialVector<TS, TF, TU>.Load(map + ((nint)i * points), left));
        return highest;
    }
}
