using System.Runtime.CompilerServices;
using Robotics.Core;

namespace Robotics.Inference;

/// <summary>
/// Draws the next state of every row from the networks' outputs: bounds the log-variance as Chua et al. do (2018, appendix
/// A.1), adds the sampled change to the state and clips it to what is physically possible. A deterministic ensemble's change is
/// its mean.
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
    /// <param name="key">The randomness.</param>
    /// <param name="firstCandidate">The number of the block's first candidate.</param>
    /// <param name="step">The step, for the counters.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Advance(PackedEnsemble ensemble, RolloutBlock block, RandomKey key, int firstCandidate, int step)
    {
        var noise = stackalloc float[NumbersPerBlock * TS.Lanes];
        for (var row = 0; row < block.Layout.Rows; row += TS.Lanes)
        {
            var candidate = block.CommonRandomNumbers
                ? TS.CreateWords(0)
                : TS.Add(TS.LoadWords(block.CandidateOfRow + row), TS.CreateWords((uint)firstCandidate));
            var particle = TS.LoadWords(block.ParticleOfRow + row);
            for (var d = 0; d < ensemble.Predicted.Length; d++)
            {
                if (!ensemble.IsDeterministic && d % NumbersPerBlock == 0)
                    NormalNoise<TS, TF, TU>.Fill(key, candidate, particle, (uint)step, (uint)(d / NumbersPerBlock), noise);
                AdvanceElement(ensemble, block, d, row, TS.Load(noise + (d % NumbersPerBlock * TS.Lanes)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AdvanceElement(PackedEnsemble ensemble, RolloutBlock block, int d, int row, TF noise)
    {
        var rows = block.Layout.Rows;
        var mean = TS.Load(block.Outputs.Pointer + (d * rows) + row);
        var change = ensemble.IsDeterministic ? mean : TS.MultiplyAdd(Deviation(ensemble, block, d, row), noise, mean);
        var state = block.State.Pointer + (ensemble.Predicted[d] * rows) + row;
        var next = TS.Add(TS.Load(state), change);

        var zero = TS.Create(0f);
        var alive = TS.GreaterThan(TS.Load(block.Alive + row), zero);

        // x − x is 0 for a number and NaN for anything else; it must be seen before clipping hides it.
        Accumulate(block.Faults + row, TS.Select(alive, TS.Subtract(next, next), zero));
        var (low, high) = (TS.Create(ensemble.Low[d]), TS.Create(ensemble.High[d]));
        var (below, above) = (TS.LessThan(next, low), TS.GreaterThan(next, high));
        var one = TS.Create(1f);
        Accumulate(block.Clips + row, TS.Select(alive, TS.Select(below, one, TS.Select(above, one, zero)), zero));
        TS.Store(TS.Select(below, low, TS.Select(above, high, next)), state);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TF Deviation(PackedEnsemble ensemble, RolloutBlock block, int d, int row)
    {
        var raw = TS.Load(block.Outputs.Pointer + ((ensemble.Predicted.Length + d) * block.Layout.Rows) + row);
        var logVariance = Bound(raw, TS.Create(ensemble.MinimumLogVariance[d]), TS.Create(ensemble.MaximumLogVariance[d]));
        return SimdMath<TS, TF, TU>.Exp(TS.Multiply(logVariance, TS.Create(0.5f)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TF Bound(TF raw, TF minimum, TF maximum)
    {
        var upper = TS.Subtract(maximum, SimdMath<TS, TF, TU>.Softplus(TS.Subtract(maximum, raw)));
        return TS.Add(minimum, SimdMath<TS, TF, TU>.Softplus(TS.Subtract(upper, minimum)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(float* sum, TF value) => TS.Store(TS.Add(TS.Load(sum), value), sum);
}
