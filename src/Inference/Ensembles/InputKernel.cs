using System.Runtime.CompilerServices;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Ensembles;

/// <summary>Computes a tile's network inputs from its states and actions: angles as sine and cosine, everything normalised.</summary>
internal static unsafe class InputKernel<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    /// <summary>Fills a tile's input, [inputs × tile].</summary>
    /// <param name="ensemble">The model.</param>
    /// <param name="vectors">Vectors in the tile: 1 or 2.</param>
    /// <param name="state">The first row's state.</param>
    /// <param name="stateStride">Stride from one state element to the next, floats.</param>
    /// <param name="actions">The first row's action.</param>
    /// <param name="actionStride">Stride from one action element to the next, floats.</param>
    /// <param name="input">The tile's input.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Encode(
        PackedEnsemble ensemble, int vectors, float* state, int stateStride, float* actions, int actionStride, float* input)
    {
        var at = 0;
        foreach (var isAngle in ensemble.IsAngle)
        {
            for (var half = 0; half < vectors; half++)
            {
                var x = TS.Load(state + (half * TS.Lanes));
                var target = input + (((vectors * at) + half) * TS.Lanes);
                if (isAngle)
                {
                    var (sine, cosine) = SimdMath<TS, TF, TU>.SinCos(x);
                    Normalise(ensemble, at, sine, target);
                    Normalise(ensemble, at + 1, cosine, target + (vectors * TS.Lanes));
                }
                else
                {
                    Normalise(ensemble, at, x, target);
                }
            }

            at += isAngle ? 2 : 1;
            state += stateStride;
        }

        for (var i = 0; i < ensemble.ActionDimension; i++)
        {
            for (var half = 0; half < vectors; half++)
                Normalise(ensemble, at + i, TS.Load(actions + (i * actionStride) + (half * TS.Lanes)),
                    input + (((vectors * (at + i)) + half) * TS.Lanes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Normalise(PackedEnsemble ensemble, int index, TF value, float* target) =>
        TS.Store(TS.Multiply(TS.Subtract(value, TS.Create(ensemble.InputMean[index])), TS.Create(ensemble.InputScale[index])), target);
}
