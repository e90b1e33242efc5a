using System.Runtime.CompilerServices;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Rows;

/// <summary>The gates and the new state of a gated recurrent unit for one row, given its sums.</summary>
internal static unsafe class GateKernel<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    /// <summary>The next state.</summary>
    /// <param name="units">State dimension.</param>
    /// <param name="fromInput">[3 × units], the input's sums.</param>
    /// <param name="fromState">[3 × units], the state's sums.</param>
    /// <param name="state">[units].</param>
    /// <param name="next">[units]; may be the state.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int units, float* fromInput, float* fromState, float* state, float* next)
    {
        var one = TS.Create(1f);
        for (var u = 0; u < units; u += TS.Lanes)
        {
            var left = units - u;
            var reset = Sigmoid(TS.Add(Load(fromInput + u, left), Load(fromState + u, left)));
            var update = Sigmoid(TS.Add(Load(fromInput + units + u, left), Load(fromState + units + u, left)));
            var fresh = TS.MultiplyAdd(reset, Load(fromState + (2 * units) + u, left), Load(fromInput + (2 * units) + u, left));
            fresh = SimdMath<TS, TF, TU>.Tanh(fresh);
            var kept = TS.MultiplyAdd(update, Load(state + u, left), TS.Multiply(TS.Subtract(one, update), fresh));
            PartialVector<TS, TF, TU>.Store(kept, next + u, left);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TF Load(float* source, int left) => PartialVector<TS, TF, TU>.Load(source, left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TF Sigmoid(TF x) =>
        TS.Divide(TS.Create(1f), TS.Add(TS.Create(1f), SimdMath<TS, TF, TU>.Exp(TS.Subtract(TS.Create(0f), x))));
}
