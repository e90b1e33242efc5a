using System.Runtime.CompilerServices;

namespace Robotics.Inference.Simd;

/// <summary>
/// Elementary functions on vectors, accurate to a few units in the last place. Polynomials after Cephes (Moshier 1992);
/// 2^f for SiLU by Remez exchange, error 7.5e-8. NaN stays NaN.
/// </summary>
internal static class SimdMath<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    // Adding it rounds to an integer, which then stands in the lower bits of the mantissa.
    private const float Rounder = 12582912f;
    private const float Log2OfE = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>x / (1 + e^−x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TF SiLU(TF x)
    {
        var t = TS.ClampFast(TS.Multiply(x, TS.Create(-Log2OfE)), TS.Create(-126f), TS.Create(126f));
        var shifted = TS.Add(t, TS.Create(Rounder));
        var f = TS.Subtract(t, TS.Subtract(shifted, TS.Create(Rounder)));
        var p = TS.MultiplyAdd(f, TS.Create(0.0013276472f), TS.Create(0.0096755413f));
        p = TS.MultiplyAdd(f, p, TS.Create(0.055507133f));
        p = TS.MultiplyAdd(f, p, TS.Create(0.2402212f));
        p = TS.MultiplyAdd(f, p, TS.Create(0.69314697f));
        p = TS.MultiplyAdd(f, p, TS.Create(1f));
        var exponential = TS.AsFloats(TS.Add(TS.AsWords(p), TS.ShiftLeft(TS.AsWords(shifted), 23)));
        return TS.Divide(x, TS.Add(exponential, TS.Create(1f)));
    }

    /// <summary>e^x, with zero and infinity beyond the range of floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TF Exp(TF x)
    {
        x = TS.Min(TS.Max(x, TS.Create(-105f)), TS.Create(89f));
        var n = Round(TS.Multiply(x, TS.Create(Log2OfE)));
        var r = TS.MultiplyAdd(n, TS.Create(-Ln2High), x);
        r = TS.MultiplyAdd(n, TS.Create(-Ln2Low), r);
        var p = TS.MultiplyAdd(r, TS.Create(1.9875691500e-4f), TS.Create(1.3981999507e-3f));
        p = TS.MultiplyAdd(r, p, TS.Create(8.3334519073e-3f));
        p = TS.MultiplyAdd(r, p, TS.Create(4.1665795894e-2f));
        p = TS.MultiplyAdd(r, p, TS.Create(1.6666665459e-1f));
        p = TS.MultiplyAdd(r, p, TS.Create(5.0000001201e-1f));
        p = TS.Add(TS.MultiplyAdd(TS.Multiply(r, r), p, r), TS.Create(1f));

        // In two factors, because 2^n alone leaves the range before the product does.
        var half = Round(TS.Multiply(n, TS.Create(0.5f)));
        return TS.Multiply(TS.Multiply(p, PowerOfTwo(half)), PowerOfTwo(TS.Subtract(n, half)));
    }

    /// <summary>ln x, for positive normal numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TF Log(TF x)
    {
        // The exponent is split off at √½, so that the mantissa lies around 1.
        var bits = TS.Add(TS.AsWords(x), TS.CreateWords(0x3F800000 - 0x3F3504F3));
        var e = TS.Subtract(TS.ToFloats(TS.ShiftRight(bits, 23)), TS.Create(127f));
        var m = TS.AsFloats(TS.Add(TS.And(bits, TS.CreateWords(0x007FFFFF)), TS.CreateWords(0x3F3504F3)));
        var z = TS.Subtract(m, TS.Create(1f));
        var square = TS.Multiply(z, z);
        var p = TS.MultiplyAdd(z, TS.Create(7.0376836292e-2f), TS.Create(-1.1514610310e-1f));
        p = TS.MultiplyAdd(z, p, TS.Create(1.1676998740e-1f));
        p = TS.MultiplyAdd(z, p, TS.Create(-1.2420140846e-1f));
        p = TS.MultiplyAdd(z, p, TS.Create(1.4249322787e-1f));
        p = TS.MultiplyAdd(z, p, TS.Create(-1.6668057665e-1f));
        p = TS.MultiplyAdd(z, p, TS.Create(2.0000714765e-1f));
        p = TS.MultiplyAdd(z, p, TS.Create(-2.4999993993e-1f));
        p = TS.MultiplyAdd(z, p, TS.Create(3.3333331174e-1f));
        p = TS.Multiply(TS.Multiply(p, z), square);
        p = TS.MultiplyAdd(e, TS.Create(Ln2Low), p);
        p = TS.MultiplyAdd(square, TS.Create(-0.5f), p);
        return TS.MultiplyAdd(e, TS.Create(Ln2High), TS.Add(z, p));
    }

    /// <summary>ln(1 + e^x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TF Softplus(TF x)
    {
        var e = Exp(TS.Subtract(TS.Create(0f), TS.Abs(x)));
        return TS.Add(TS.Max(x, TS.Create(0f)), Log(TS.Add(e, TS.Create(1f))));
    }

    /// <summary>Sine and cosine of an angle up to 1e5 rad; of a larger one, NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TF Sine, TF Cosine) SinCos(TF x)
    {
        x = TS.Select(TS.GreaterThan(TS.Abs(x), TS.Create(1e5f)), TS.Create(float.NaN), x);
        var shifted = TS.Add(TS.Multiply(x, TS.Create(0.636619772f)), TS.Create(Rounder));
        var n = TS.Subtract(shifted, TS.Create(Rounder));
        var r = TS.MultiplyAdd(n, TS.Create(-1.5703125f), x);
        r = TS.MultiplyAdd(n, TS.Create(-4.837512969970703125e-4f), r);
        r = TS.MultiplyAdd(n, TS.Create(-7.54978995489188216e-8f), r);
        var z = TS.Multiply(r, r);
        var s = TS.MultiplyAdd(z, TS.Create(-1.9515295891e-4f), TS.Create(8.3321608736e-3f));
        s = TS.MultiplyAdd(z, s, TS.Create(-1.6666654611e-1f));
        s = TS.MultiplyAdd(TS.Multiply(z, r), s, r);
        var c = TS.MultiplyAdd(z, TS.Create(2.443315711809948e-5f), TS.Create(-1.388731625493765e-3f));
        c = TS.MultiplyAdd(z, c, TS.Create(4.166664568298827e-2f));
        c = TS.MultiplyAdd(TS.Multiply(z, z), c, TS.MultiplyAdd(z, TS.Create(-0.5f), TS.Create(1f)));

        var quadrant = TS.AsWords(shifted);
        var odd = TS.GreaterThan(TS.ToFloats(TS.And(quadrant, TS.CreateWords(1))), TS.Create(0f));
        var sign = TS.CreateWords(0x80000000);
        var sineSign = TS.And(TS.ShiftLeft(quadrant, 30), sign);
        var cosineSign = TS.And(TS.ShiftLeft(TS.Add(quadrant, TS.CreateWords(1)), 30), sign);
        return (TS.AsFloats(TS.Xor(TS.AsWords(TS.Select(odd, c, s)), sineSign)),
            TS.AsFloats(TS.Xor(TS.AsWords(TS.Select(odd, s, c)), cosineSign)));
    }

    /// <summary>Hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TF Tanh(TF x)
    {
        var size = TS.Abs(x);
        var z = TS.Multiply(x, x);
        var p = TS.MultiplyAdd(z, TS.Create(-5.70498872745e-3f), TS.Create(2.06390887954e-2f));
        p = TS.MultiplyAdd(z, p, TS.Create(-5.37397155531e-2f));
        p = TS.MultiplyAdd(z, p, TS.Create(1.33314422036e-1f));
        p = TS.MultiplyAdd(z, p, TS.Create(-3.33332819422e-1f));
        p = TS.MultiplyAdd(TS.Multiply(z, p), x, x);
        var e = TS.Add(Exp(TS.Add(size, size)), TS.Create(1f));
        var far = TS.Subtract(TS.Create(1f), TS.Divide(TS.Create(2f), e));
        var sign = TS.And(TS.AsWords(x), TS.CreateWords(0x80000000));
        return TS.Select(TS.LessThan(size, TS.Create(0.625f)), p, TS.AsFloats(TS.Xor(TS.AsWords(far), sign)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TF Round(TF x) => TS.Subtract(TS.Add(x, TS.Create(Rounder)), TS.Create(Rounder));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TF PowerOfTwo(TF n) =>
        TS.AsFloats(TS.ShiftLeft(TS.Add(TS.AsWords(TS.Add(n, TS.Create(Rounder))), TS.CreateWords(127)), 23));
}
