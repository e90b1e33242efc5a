using System.Runtime.CompilerServices;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Ensembles;

/// <summary>
/// Runs all members on all particles for one step and mixes their predictions: per particle and element the mean of the means,
/// and the variance of the means plus the mean of the variances, as the published code does (BNN.create_prediction_tensors).
/// For DS, MM and E.
/// </summary>
internal static unsafe class MixtureKernel<TS, TF, TU>
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    /// <summary>Fills the block's outputs: means, then variances unless the ensemble is deterministic.</summary>
    public static void Predict(PackedEnsemble ensemble, RolloutBlock block)
    {
        var (inputs, rows) = (ensemble.InputMean.Length, block.Rows);
        for (var lane = 0; lane < block.GroupLanes; lane += 2 * TS.Lanes)
            InputKernel<TS, TF, TU>.Encode(ensemble, Vectors(block, lane),
                block.State.Pointer + lane, rows, block.Actions.Pointer + lane, rows, block.Input.Pointer + (inputs * lane));
        for (var member = 0; member < ensemble.Members; member++)
        {
            for (var lane = 0; lane < block.GroupLanes; lane += 2 * TS.Lanes)
            {
                var vectors = Vectors(block, lane);
                var result = ensemble.Network.Run<TS, TF, TU>(
                    member, vectors, block.Input.Pointer + (inputs * lane), block.First.Pointer, block.Second.Pointer);
                Mix(ensemble, block, result, member, lane, vectors);
            }
        }
    }

    private static int Vectors(RolloutBlock block, int lane) => Math.Min(2, (block.GroupLanes - lane) / TS.Lanes);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix(PackedEnsemble ensemble, RolloutBlock block, float* result, int member, int row, int vectors)
    {
        var (rows, predicted) = (block.Rows, ensemble.Predicted.Length);
        var hasVariance = !ensemble.IsDeterministic && block.Propagation != Propagation.E;
        var mean = block.Outputs.Pointer + row;
        for (var d = 0; d < predicted; d++, mean += rows)
        {
            for (var half = 0; half < vectors; half++)
            {
                var (at, place) = (half * TS.Lanes, ((vectors * d) + half) * TS.Lanes);
                var gap = Accept(TS.Load(result + place), member, mean + at, out var gapAfter);
                if (!hasVariance)
                    continue;
                var sum = TransitionKernel<TS, TF, TU>.Variance(ensemble, d, TS.Load(result + (vectors * predicted * TS.Lanes) + place));
                var target = mean + ((nint)predicted * rows) + at;
                if (member > 0)
                    sum = TS.Add(TS.Load(target), TS.MultiplyAdd(gap, gapAfter, sum));
                TS.Store(member == ensemble.Members - 1 ? TS.Multiply(sum, TS.Create(1f / ensemble.Members)) : sum, target);
            }
        }
    }

    /// <summary>
    /// Updates the running mean by a member's mean (Welford 1962): the squared differences lose no digits to a large mean.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TF Accept(TF prediction, int member, float* mean, out TF gapAfter)
    {
        var before = member == 0 ? TS.Create(0f) : TS.Load(mean);
        var gap = TS.Subtract(prediction, before);
        var after = TS.MultiplyAdd(gap, TS.Create(1f / (member + 1)), before);
        TS.Store(after, mean);
        gapAfter = TS.Subtract(prediction, after);
        return gap;
    }
}
