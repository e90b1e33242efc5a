using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Robotics.Inference.Simd;

/// <summary>Operations on 16 floats.</summary>
internal readonly unsafe struct Simd512 : ISimd<Vector512<float>, Vector512<uint>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Lanes => 16;

    [MethodImpl(Inline)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector512<float> value, float* target) => value.Store(target);

    [MethodImpl(Inline)]
    public static Vector512<float> Create(float value) => Vector512.Create(value);

    [MethodImpl(Inline)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.MultiplyAddEstimate(a, b, c);

    [MethodImpl(Inline)]
    public static Vector512<float> Sqrt(Vector512<float> a) => Vector512.Sqrt(a);

    [MethodImpl(Inline)]
    public static Vector512<float> Abs(Vector512<float> a) => Vector512.Abs(a);

    [MethodImpl(Inline)]
    public static Vector512<float> Min(Vector512<float> a, Vector512<float> b) => Vector512.Min(a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> ClampFast(Vector512<float> value, Vector512<float> low, Vector512<float> high) =>
        Vector512.ClampNative(value, low, high);

    [MethodImpl(Inline)]
    public static Vector512<float> LessThan(Vector512<float> a, Vector512<float> b) => Vector512.LessThan(a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> GreaterThan(Vector512<float> a, Vector512<float> b) => Vector512.GreaterThan(a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> Select(Vector512<float> mask, Vector512<float> yes, Vector512<float> no) =>
        Vector512.ConditionalSelect(mask, yes, no);

    [MethodImpl(Inline)]
    public static Vector512<uint> LoadWords(uint* source) => Vector512.Load(source);

    [MethodImpl(Inline)]
    public static Vector512<uint> CreateWords(uint value) => Vector512.Create(value);

    [MethodImpl(Inline)]
    public static Vector512<uint> AsWords(Vector512<float> a) => a.AsUInt32();

    [MethodImpl(Inline)]
    public static Vector512<float> AsFloats(Vector512<uint> a) => a.AsSingle();

    [MethodImpl(Inline)]
    public static Vector512<float> ToFloats(Vector512<uint> a) => Vector512.ConvertToSingle(a.AsInt32());

    [MethodImpl(Inline)]
    public static Vector512<uint> Add(Vector512<uint> a, Vector512<uint> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector512<uint> And(Vector512<uint> a, Vector512<uint> b) => a & b;

    [MethodImpl(Inline)]
    public static Vector512<uint> Xor(Vector512<uint> a, Vector512<uint> b) => a ^ b;

    [MethodImpl(Inline)]
    public static Vector512<uint> ShiftLeft(Vector512<uint> a, int count) => Vector512.ShiftLeft(a, count);

    [MethodImpl(Inline)]
    public static Vector512<uint> ShiftRight(Vector512<uint> a, int count) => Vector512.ShiftRightLogical(a, count);

    [MethodImpl(Inline)]
    public static Vector512<uint> MultiplyLow(Vector512<uint> a, Vector512<uint> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector512<uint> MultiplyHigh(Vector512<uint> a, Vector512<uint> b)
    {
        if (Avx512F.IsSupported)
        {
            var even = Avx512F.Multiply(a, b) >>> 32;
            var odd = Avx512F.Multiply((a.AsUInt64() >>> 32).AsUInt32(), (b.AsUInt64() >>> 32).AsUInt32());
            return (even | (odd & Vector512.Create(0xFFFFFFFF00000000UL))).AsUInt32();
        }

        var (lowA, highA) = Vector512.Widen(a);
        var (lowB, highB) = Vector512.Widen(b);
        return Vector512.Narrow((lowA * lowB) >>> 32, (highA * highB) >>> 32);
    }
}
