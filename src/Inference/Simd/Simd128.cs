using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Robotics.Inference.Simd;

/// <summary>Operations on 4 floats.</summary>
internal readonly unsafe struct Simd128 : ISimd<Vector128<float>, Vector128<uint>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Lanes => 4;

    [MethodImpl(Inline)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector128<float> value, float* target) => value.Store(target);

    [MethodImpl(Inline)]
    public static Vector128<float> Create(float value) => Vector128.Create(value);

    [MethodImpl(Inline)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.MultiplyAddEstimate(a, b, c);

    [MethodImpl(Inline)]
    public static Vector128<float> Sqrt(Vector128<float> a) => Vector128.Sqrt(a);

    [MethodImpl(Inline)]
    public static Vector128<float> Abs(Vector128<float> a) => Vector128.Abs(a);

    [MethodImpl(Inline)]
    public static Vector128<float> Min(Vector128<float> a, Vector128<float> b) => Vector128.Min(a, b);

    [MethodImpl(Inline)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => Vector128.Max(a, b);

    [MethodImpl(Inline)]
    public static Vector128<float> ClampFast(Vector128<float> value, Vector128<float> low, Vector128<float> high) =>
        Vector128.ClampNative(value, low, high);

    [MethodImpl(Inline)]
    public static Vector128<float> LessThan(Vector128<float> a, Vector128<float> b) => Vector128.LessThan(a, b);

    [MethodImpl(Inline)]
    public static Vector128<float> GreaterThan(Vector128<float> a, Vector128<float> b) => Vector128.GreaterThan(a, b);

    [MethodImpl(Inline)]
    public static Vector128<float> Select(Vector128<float> mask, Vector128<float> yes, Vector128<float> no) =>
        Vector128.ConditionalSelect(mask, yes, no);

    [MethodImpl(Inline)]
    public static Vector128<uint> LoadWords(uint* source) => Vector128.Load(source);

    [MethodImpl(Inline)]
    public static Vector128<uint> CreateWords(uint value) => Vector128.Create(value);

    [MethodImpl(Inline)]
    public static Vector128<uint> AsWords(Vector128<float> a) => a.AsUInt32();

    [MethodImpl(Inline)]
    public static Vector128<float> AsFloats(Vector128<uint> a) => a.AsSingle();

    [MethodImpl(Inline)]
    public static Vector128<float> ToFloats(Vector128<uint> a) => Vector128.ConvertToSingle(a.AsInt32());

    [MethodImpl(Inline)]
    public static Vector128<uint> Add(Vector128<uint> a, Vector128<uint> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector128<uint> And(Vector128<uint> a, Vector128<uint> b) => a & b;

    [MethodImpl(Inline)]
    public static Vector128<uint> Xor(Vector128<uint> a, Vector128<uint> b) => a ^ b;

    [MethodImpl(Inline)]
    public static Vector128<uint> ShiftLeft(Vector128<uint> a, int count) => Vector128.ShiftLeft(a, count);

    [MethodImpl(Inline)]
    public static Vector128<uint> ShiftRight(Vector128<uint> a, int count) => Vector128.ShiftRightLogical(a, count);

    [MethodImpl(Inline)]
    public static Vector128<uint> MultiplyLow(Vector128<uint> a, Vector128<uint> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector128<uint> MultiplyHigh(Vector128<uint> a, Vector128<uint> b)
    {
        if (Sse2.IsSupported)
        {
            var even = Sse2.Multiply(a, b) >>> 32;
            var odd = Sse2.Multiply((a.AsUInt64() >>> 32).AsUInt32(), (b.AsUInt64() >>> 32).AsUInt32());
            return (even | (odd & Vector128.Create(0xFFFFFFFF00000000UL))).AsUInt32();
        }

        var (lowA, highA) = Vector128.Widen(a);
        var (lowB, highB) = Vector128.Widen(b);
        return Vector128.Narrow((lowA * lowB) >>> 32, (highA * highB) >>> 32);
    }
}
