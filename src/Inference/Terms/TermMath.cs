using System.Runtime.CompilerServices;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Terms;

/// <summary>
/// Functions of term programs that networks do not need, over the whole range of floats and a few units in the last place exact.
/// Arctangent after Cephes (Moshier 1992).
/// </summary>
internal static class TermMath<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    private const float SmallestNormal = 1.17549435e-38f;
    private const float TwoTo25 = 33554432f;
    private const float LnOfTwoTo25 = 17.3286795f;

    /// <summary>ln x: −∞ at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TF Logarithm(TF x)
    {
        // The kernel takes normal numbers only: smaller ones are scaled up first.
        var isSmall = TS.LessThan(x, TS.Create(SmallestNormal));
        var scaled = TS.Select(isSmall, TS.Multiply(x, TS.Create(TwoTo25)), x);
        var ln = TS.Subtract(SimdMath<TS, TF, TU>.Log(scaled), TS.Select(isSmall, TS.Create(LnOfTwoTo25), TS.Create(0f)));
        ln = TS.Select(TS.GreaterThan(x, TS.Create(0f)), ln, TS.Create(float.NegativeInfinity));
        ln = TS.Select(TS.LessThan(x, TS.Create(0f)), TS.Create(float.NaN), ln);
        ln = TS.Select(TS.GreaterThan(x, TS.Create(float.MaxValue)), x, ln);
        return TS.Select(IsNumber(x), ln, x);
    }

    /// <summary>x to the power of y for x ≥ 0; NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TF Power(TF x, TF y)
    {
        var power = SimdMath<TS, TF, TU>.Exp(TS.Multiply(y, Logarithm(x)));

        // 0 · (−∞) in the exponent.
        var isZero = TS.Subtract(TS.Create(1f), TS.Select(TS.GreaterThan(TS.Abs(y), TS.Create(0f)), TS.Create(1f), TS.Create(0f)));
        var isExponentZero = TS.GreaterThan(TS.Select(IsNumber(y), isZero, TS.Create(0f)), TS.Create(0f));
        power = TS.Select(isExponentZero, TS.Create(1f), power);
        return TS.Select(TS.LessThan(x, TS.Create(0f)), TS.Create(float.NaN), power);
    }

    /// <summary>The angle of the point (x, y), both finite, in [−π, π]; the signs of zeros count as in the C library.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TF ArcTangent(TF y, TF x)
    {
        var (height, width) = (TS.Abs(y), TS.Abs(x));
        var longer = TS.Max(height, width);
        var t = TS.Divide(TS.Min(height, width), TS.Select(TS.GreaterThan(longer, TS.Create(0f)), longer, TS.Add(longer, TS.Create(1f))));
        var angle = ArcTangentToOne(t);
        angle = TS.Select(TS.GreaterThan(height, width), TS.Subtract(TS.Create(MathF.PI / 2), angle), angle);
        var isBehind = TS.GreaterThan(TS.ToFloats(TS.ShiftRight(TS.AsWords(x), 31)), TS.Create(0f));
        angle = TS.Select(isBehind, TS.Subtract(TS.Create(MathF.PI), angle), angle);
        return TS.AsFloats(TS.Xor(TS.AsWords(angle), TS.And(TS.AsWords(y), TS.CreateWords(0x80000000))));
    }

    /// <summary>The arctangent of 0 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TF ArcTangentToOne(TF t)
    {
        var isSteep = TS.GreaterThan(t, TS.Create(0.41421356f));
        var r = TS.Select(isSteep, TS.Divide(TS.Subtract(t, TS.Create(1f)), TS.Add(t, TS.Create(1f))), t);
        var z = TS.Multiply(r, r);
        var p = TS.MultiplyAdd(z, TS.Create(8.05374449538e-2f), TS.Create(-1.38776856032e-1f));
        p = TS.MultiplyAdd(z, p, TS.Create(1.99777106478e-1f));
        p = TS.MultiplyAdd(z, p, TS.Create(-3.33329491539e-1f));
        p = TS.MultiplyAdd(TS.Multiply(p, z), r, r);
        return TS.Add(p, TS.Select(isSteep, TS.Create(MathF.PI / 4), TS.Create(0f)));
    }

    /// <summary>A mask of what is not NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TF IsNumber(TF x) => TS.GreaterThan(TS.Abs(x), TS.Create(-1f));
}
