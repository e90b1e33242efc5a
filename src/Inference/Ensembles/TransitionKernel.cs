using System.Runtime.CompilerServices;
using Robotics.Core.Randomness;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Ensembles;

/// <summary>
/// Samples the next state of every row from the networks' outputs: adds the sampled change to the state and clips it to what is
/// physically possible. A deterministic ensemble's change is its mean, and so is that of expectation.
/// </summary>
internal static unsafe class TransitionKernel<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    private const int NumbersPerBlock = 4;

    /// <summary>Advances the block's state by one step.</summary>
    /// <param name="ensemble">The model.</param>
    /// <param name="block">The block, its outputs filled.</param>
    /// <param name="key">Random key.</param>
    /// <param name="step">The step, for the counters.</param>
    /// <param name="sample">Index of this sample within the step, for the counters.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Advance(PackedEnsemble ensemble, RolloutBlock block, RandomKey key, int step, int sample)
    {
        var noise = stackalloc float[NumbersPerBlock * TS.Lanes];
        var isDrawn = !ensemble.IsDeterministic && block.Propagation != Propagation.E;
        var (zero, one, rows) = (TS.Create(0f), TS.Create(1f), block.Rows);
        for (var row = 0; row < block.ActiveRows; row += TS.Lanes)
        {
            var (faults, clips) = (zero, zero);
            for (var d = 0; d < ensemble.Predicted.Length; d++)
            {
                if (isDrawn && d % NumbersPerBlock == 0)
                    Fill(ensemble, block, key, step, sample, d, row, noise);
                var next = Next(ensemble, block, d, row, isDrawn, TS.Load(noise + (d % NumbersPerBlock * TS.Lanes)));

                // x − x is 0 for a number and NaN for anything else; it must be seen before clipping hides it.
                faults = TS.Add(faults, TS.Subtract(next, next));
                if (ensemble.IsBounded[d])
                {
                    var (low, high) = (TS.Create(ensemble.Low[d]), TS.Create(ensemble.High[d]));
                    var (below, above) = (TS.LessThan(next, low), TS.GreaterThan(next, high));
                    clips = TS.Add(clips, TS.Select(below, one, TS.Select(above, one, zero)));
                    next = TS.Select(below, low, TS.Select(above, high, next));
                }

                TS.Store(next, block.State.Pointer + (ensemble.Predicted[d] * rows) + row);
            }

            var alive = TS.GreaterThan(TS.Load(block.Alive + row), zero);
            Accumulate(block.Faults + row, TS.Select(alive, faults, zero));
            Accumulate(block.Clips + row, TS.Select(alive, clips, zero));
        }
    }

    /// <summary>Overwrites the means with the next states and leaves the state unchanged.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sample(PackedEnsemble ensemble, RolloutBlock block, RandomKey key, int step)
    {
        var noise = stackalloc float[NumbersPerBlock * TS.Lanes];
        for (var row = 0; row < block.ActiveRows; row += TS.Lanes)
        {
            for (var d = 0; d < ensemble.Predicted.Length; d++)
            {
                if (d % NumbersPerBlock == 0)
                    Fill(ensemble, block, key, step, 0, d, row, noise);
                var next = Next(ensemble, block, d, row, isDrawn: true, TS.Load(noise + (d % NumbersPerBlock * TS.Lanes)));
                TS.Store(next, block.Outputs.Pointer + (d * block.Rows) + row);
            }
        }
    }

    /// <summary>
    /// The variance for a raw log-variance l, bounded as Chua et al. do (2018, appendix A.1): u = max − softplus(max − l), then
    /// min + softplus(u − min), here without a logarithm: e^u = 1 / (e^−max + e^−l), and the variance is e^min + e^u.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TF Variance(PackedEnsemble ensemble, int d, TF raw)
    {
        var inverse = TS.Add(SimdMath<TS, TF, TU>.Exp(TS.Subtract(TS.Create(0f), raw)), TS.Create(ensemble.InverseMaximumVariance[d]));
        return TS.Add(TS.Divide(TS.Create(1f), inverse), TS.Create(ensemble.MinimumVariance[d]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(PackedEnsemble ensemble, RolloutBlock block, RandomKey key, int step, int sample, int d, int row, float* noise)
    {
        var blocks = (ensemble.Predicted.Length + NumbersPerBlock - 1) / NumbersPerBlock;
        var index = (uint)((sample * blocks) + (d / NumbersPerBlock));
        NormalNoise<TS, TF, TU>.Fill(
            key, TS.LoadWords(block.CandidateOfRow + row), TS.LoadWords(block.ParticleOfRow + row), (uint)step, index, noise);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TF Next(PackedEnsemble ensemble, RolloutBlock block, int d, int row, bool isDrawn, TF noise)
    {
        var rows = block.Rows;
        var change = TS.Load(block.Outputs.Pointer + (d * rows) + row);
        if (isDrawn)
        {
            var predicted = TS.Load(block.Outputs.Pointer + ((ensemble.Predicted.Length + d) * rows) + row);
            var variance = block.Propagation.AsksAllMembers() ? predicted : Variance(ensemble, d, predicted);
            change = TS.MultiplyAdd(TS.Sqrt(variance), noise, change);
        }

        return TS.Add(TS.Load(block.State.Pointer + (ensemble.Predicted[d] * rows) + row), change);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(float* sum, TF value) => TS.Store(TS.Add(TS.Load(sum), value), sum);
}
