using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Robotics.Inference.Simd;

/// <summary>Operations on 8 floats.</summary>
internal readonly unsafe struct Simd256 : ISimd<Vector256<float>, Vector256<uint>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Lanes => 8;

    [MethodImpl(Inline)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector256<float> value, float* target) => value.Store(target);

    [MethodImpl(Inline)]
    public static Vector256<float> Create(float value) => Vector256.Create(value);

    [MethodImpl(Inline)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.MultiplyAddEstimate(a, b, c);

    [MethodImpl(Inline)]
    public static Vector256<float> Sqrt(Vector256<float> a) => Vector256.Sqrt(a);

    [MethodImpl(Inline)]
    public static Vector256<float> Abs(Vector256<float> a) => Vector256.Abs(a);

    [MethodImpl(Inline)]
    public static Vector256<float> Min(Vector256<float> a, Vector256<float> b) => Vector256.Min(a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Vector256.Max(a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> ClampFast(Vector256<float> value, Vector256<float> low, Vector256<float> high) =>
        Vector256.ClampNative(value, low, high);

    [MethodImpl(Inline)]
    public static Vector256<float> LessThan(Vector256<float> a, Vector256<float> b) => Vector256.LessThan(a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> GreaterThan(Vector256<float> a, Vector256<float> b) => Vector256.GreaterThan(a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> Select(Vector256<float> mask, Vector256<float> yes, Vector256<float> no) =>
        Vector256.ConditionalSelect(mask, yes, no);

    [MethodImpl(Inline)]
    public static Vector256<uint> LoadWords(uint* source) => Vector256.Load(source);

    [MethodImpl(Inline)]
    public static Vector256<uint> CreateWords(uint value) => Vector256.Create(value);

    [MethodImpl(Inline)]
    public static Vector256<uint> AsWords(Vector256<float> a) => a.AsUInt32();

    [MethodImpl(Inline)]
    public static Vector256<float> AsFloats(Vector256<uint> a) => a.AsSingle();

    [MethodImpl(Inline)]
    public static Vector256<float> ToFloats(Vector256<uint> a) => Vector256.ConvertToSingle(a.AsInt32());

    [MethodImpl(Inline)]
    public static Vector256<uint> Add(Vector256<uint> a, Vector256<uint> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector256<uint> And(Vector256<uint> a, Vector256<uint> b) => a & b;

    [MethodImpl(Inline)]
    public static Vector256<uint> Xor(Vector256<uint> a, Vector256<uint> b) => a ^ b;

    [MethodImpl(Inline)]
    public static Vector256<uint> ShiftLeft(Vector256<uint> a, int count) => Vector256.ShiftLeft(a, count);

    [MethodImpl(Inline)]
    public static Vector256<uint> ShiftRight(Vector256<uint> a, int count) => Vector256.ShiftRightLogical(a, count);

    [MethodImpl(Inline)]
    public static Vector256<uint> MultiplyLow(Vector256<uint> a, Vector256<uint> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector256<uint> MultiplyHigh(Vector256<uint> a, Vector256<uint> b)
    {
        if (Avx2.IsSupported)
        {
            var even = Avx2.Multiply(a, b) >>> 32;
            var odd = Avx2.Multiply((a.AsUInt64() >>> 32).AsUInt32(), (b.AsUInt64() >>> 32).AsUInt32());
            return (even | (odd & Vector256.Create(0xFFFFFFFF00000000UL))).AsUInt32();
        }

        var (lowA, highA) = Vector256.Widen(a);
        var (lowB, highB) = Vector256.Widen(b);
        return Vector256.Narrow((lowA * lowB) >>> 32, (highA * highB) >>> 32);
    }
}
