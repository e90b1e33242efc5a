using System.Runtime.CompilerServices;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Rows;

/// <summary>Vectors at the end of a line that does not hold a whole one.</summary>
internal static unsafe class PartialVector<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    /// <summary>Stores the first <paramref name="count"/> lanes: all if there are fewer, none if it is not positive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TF value, float* target, int count)
    {
        if (count >= TS.Lanes)
            TS.Store(value, target);
        else if (count > 0)
            StorePart(value, target, count);
    }

    /// <summary>Loads the first <paramref name="count"/> lanes; the others are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TF Load(float* source, int count) => count >= TS.Lanes ? TS.Load(source) : LoadPart(source, count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePart(TF value, float* target, int count)
    {
        var part = stackalloc float[TS.Lanes];
        TS.Store(value, part);
        new ReadOnlySpan<float>(part, count).CopyTo(new Span<float>(target, count));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TF LoadPart(float* source, int count)
    {
        var part = stackalloc float[TS.Lanes];
        new Span<float>(part, TS.Lanes).Clear();
        new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(part, count));
        return TS.Load(part);
    }
}
