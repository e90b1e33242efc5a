using System.Runtime.CompilerServices;
using Robotics.Core.Terms;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Terms;

/// <summary>The operations of term programs on lines of lanes, with the meaning that Core gives them on single numbers.</summary>
internal static unsafe class TermKernel<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    /// <summary>Applies one operation to <paramref name="lanes"/> lanes; lines may coincide.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(TermOperation operation, float* a, float* b, float* target, int lanes)
    {
        switch (operation)
        {
            case TermOperation.Add:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(TS.Add(TS.Load(a + i), TS.Load(b + i)), target + i);
                break;
            case TermOperation.Subtract:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(TS.Subtract(TS.Load(a + i), TS.Load(b + i)), target + i);
                break;
            case TermOperation.Multiply:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(TS.Multiply(TS.Load(a + i), TS.Load(b + i)), target + i);
                break;
            case TermOperation.Divide:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(TS.Divide(TS.Load(a + i), TS.Load(b + i)), target + i);
                break;
            case TermOperation.Minimum:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(TS.Min(TS.Load(a + i), TS.Load(b + i)), target + i);
                break;
            case TermOperation.Maximum:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(TS.Max(TS.Load(a + i), TS.Load(b + i)), target + i);
                break;
            case TermOperation.Power:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(TermMath<TS, TF, TU>.Power(TS.Load(a + i), TS.Load(b + i)), target + i);
                break;
            case TermOperation.ArcTangent:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(TermMath<TS, TF, TU>.ArcTangent(TS.Load(a + i), TS.Load(b + i)), target + i);
                break;
            default:
                ApplyUnary(operation, a, target, lanes);
                break;
        }
    }

    /// <summary>
    /// Takes each lane of <paramref name="yes"/> where the condition is above 0, else of <paramref name="no"/>; lines may coincide.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Select(float* condition, float* yes, float* no, float* target, int lanes)
    {
        for (var i = 0; i < lanes; i += TS.Lanes)
            TS.Store(TS.Select(TS.GreaterThan(TS.Load(condition + i), TS.Create(0f)), TS.Load(yes + i), TS.Load(no + i)), target + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ApplyUnary(TermOperation operation, float* a, float* target, int lanes)
    {
        switch (operation)
        {
            case TermOperation.Negate:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(TS.AsFloats(TS.Xor(TS.AsWords(TS.Load(a + i)), TS.CreateWords(0x80000000))), target + i);
                break;
            case TermOperation.Absolute:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(TS.Abs(TS.Load(a + i)), target + i);
                break;
            case TermOperation.SquareRoot:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(TS.Sqrt(TS.Max(TS.Load(a + i), TS.Create(0f))), target + i);
                break;
            case TermOperation.Exponential:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(SimdMath<TS, TF, TU>.Exp(TS.Load(a + i)), target + i);
                break;
            case TermOperation.Sine:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(SimdMath<TS, TF, TU>.SinCos(TS.Load(a + i)).Sine, target + i);
                break;
            case TermOperation.Cosine:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(SimdMath<TS, TF, TU>.SinCos(TS.Load(a + i)).Cosine, target + i);
                break;
            case TermOperation.HyperbolicTangent:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(SimdMath<TS, TF, TU>.Tanh(TS.Load(a + i)), target + i);
                break;
            case TermOperation.IsPositive:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(TS.Select(TS.GreaterThan(TS.Load(a + i), TS.Create(0f)), TS.Create(1f), TS.Create(0f)), target + i);
                break;
            case TermOperation.IsNotNegative:
                // Not the negation of "below 0": NaN is neither.
                for (var i = 0; i < lanes; i += TS.Lanes)
                {
                    var x = TS.Load(a + i);
                    var isNotBelow = TS.Select(TS.LessThan(x, TS.Create(0f)), TS.Create(0f), TS.Create(1f));
                    var isNumber = TS.Select(TS.GreaterThan(TS.Abs(x), TS.Create(-1f)), TS.Create(1f), TS.Create(0f));
                    TS.Store(TS.Multiply(isNotBelow, isNumber), target + i);
                }

                break;
            case TermOperation.Logarithm:
                for (var i = 0; i < lanes; i += TS.Lanes)
                    TS.Store(TermMath<TS, TF, TU>.Logarithm(TS.Load(a + i)), target + i);
                break;
        }
    }
}
