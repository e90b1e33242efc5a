using System.Runtime.CompilerServices;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Dense;

/// <summary>Activations.</summary>
internal static unsafe class ActivationKernel<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    /// <summary>Applies one activation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TF Apply(Activation activation, TF value) => activation switch
    {
        Activation.SiLU => SimdMath<TS, TF, TU>.SiLU(value),
        Activation.Relu => TS.Max(value, TS.Create(0f)),
        _ => value,
    };

    /// <summary>x / (1 + e^−x), in place.</summary>
    /// <param name="values">The values.</param>
    /// <param name="count">Number of values: a multiple of two vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SiLU(float* values, int count)
    {
        var width = TS.Lanes;
        for (var i = 0; i < count; i += 2 * width)
        {
            var a = SimdMath<TS, TF, TU>.SiLU(TS.Load(values + i));
            var b = SimdMath<TS, TF, TU>.SiLU(TS.Load(values + i + width));
            TS.Store(a, values + i);
            TS.Store(b, values + i + width);
        }
    }
}
