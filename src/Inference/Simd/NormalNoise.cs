using System.Runtime.CompilerServices;
using Robotics.Core.Randomness;

namespace Robotics.Inference.Simd;

/// <summary>
/// Standard normal numbers from counters: the words of <see cref="Philox.Block"/>, bit for bit, a block per lane; and from
/// each pair of words two numbers by Box and Muller (1958), u = (upper 24 bits + 1) / 2²⁴, angle = 2π · upper 24 bits / 2²⁴.
/// </summary>
internal static unsafe class NormalNoise<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    private const float InverseTwoTo24 = 1f / 16777216;

    /// <summary>Four words per lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block(RandomKey key, ref TU c0, ref TU c1, ref TU c2, ref TU c3)
    {
        var m0 = TS.CreateWords(0xD2511F53);
        var m1 = TS.CreateWords(0xCD9E8D57);
        var k0 = (uint)key.Value;
        var k1 = (uint)(key.Value >> 32);
        for (var round = 0; round < 10; round++)
        {
            var high0 = TS.MultiplyHigh(m0, c0);
            var high1 = TS.MultiplyHigh(m1, c2);
            var low0 = TS.MultiplyLow(m0, c0);
            var low1 = TS.MultiplyLow(m1, c2);
            c0 = TS.Xor(TS.Xor(high1, c1), TS.CreateWords(k0));
            c2 = TS.Xor(TS.Xor(high0, c3), TS.CreateWords(k1));
            c1 = low1;
            c3 = low0;
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
    }

    /// <summary>Four numbers per lane: [4 × lanes] into <paramref name="target"/>, from a block with the given counter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(RandomKey key, TU c0, TU c1, uint c2, uint c3, float* target)
    {
        var w2 = TS.CreateWords(c2);
        var w3 = TS.CreateWords(c3);
        Block(key, ref c0, ref c1, ref w2, ref w3);
        BoxMuller(c0, c1, target);
        BoxMuller(w2, w3, target + (2 * TS.Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BoxMuller(TU first, TU second, float* target)
    {
        var u = TS.Multiply(TS.ToFloats(TS.Add(TS.ShiftRight(first, 8), TS.CreateWords(1))), TS.Create(InverseTwoTo24));
        var radius = TS.Sqrt(TS.Multiply(TS.Create(-2f), SimdMath<TS, TF, TU>.Log(u)));
        var angle = TS.Multiply(TS.ToFloats(TS.ShiftRight(second, 8)), TS.Create(2 * MathF.PI * InverseTwoTo24));
        var (sine, cosine) = SimdMath<TS, TF, TU>.SinCos(angle);
        TS.Store(TS.Multiply(radius, cosine), target);
        TS.Store(TS.Multiply(radius, sine), target + TS.Lanes);
    }
}
