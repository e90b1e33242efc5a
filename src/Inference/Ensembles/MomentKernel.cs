using System.Runtime.CompilerServices;

namespace Robotics.Inference.Ensembles;

/// <summary>
/// MM's moment matching of a candidate's particles to one Gaussian. Rows hold sampled next states in place of means; afterwards the
/// states are the mean of them, the changes are 0 and the variances theirs, so that the next sample gives the new particles.
/// Only particles that have not ended count.
/// </summary>
internal static unsafe class MomentKernel
{
    /// <summary>Matches every candidate and element of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Match(PackedEnsemble ensemble, RolloutBlock block)
    {
        var (rows, share, predicted) = (block.Rows, block.Layout.ParticlesPerGroup, ensemble.Predicted.Length);
        for (var c = 0; c < block.Candidates; c++)
        {
            var first = c * share;
            for (var d = 0; d < predicted; d++)
            {
                var samples = new Span<float>(block.Outputs.Pointer + (d * rows) + first, share);
                var (mean, variance) = Moments(samples, block.Alive + first);
                samples.Clear();
                new Span<float>(block.Outputs.Pointer + ((predicted + d) * rows) + first, share).Fill((float)variance);
                new Span<float>(block.State.Pointer + (ensemble.Predicted[d] * rows) + first, share).Fill((float)mean);
            }
        }
    }

    private static (double Mean, double Variance) Moments(ReadOnlySpan<float> samples, float* alive)
    {
        var (count, sum, squares) = (0, 0.0, 0.0);
        for (var i = 0; i < samples.Length; i++)
            (count, sum) = alive[i] > 0 ? (count + 1, sum + samples[i]) : (count, sum);
        var mean = sum / Math.Max(1, count);
        for (var i = 0; i < samples.Length; i++)
            squares += alive[i] > 0 ? (samples[i] - mean) * (samples[i] - mean) : 0;
        return (mean, squares / Math.Max(1, count));
    }
}
