using static TorchSharp.torch;

namespace Robotics.SequenceModels.Training;

/// <summary>A filter that proposes latents step by step, for many particles at once.</summary>
public interface IStepProposal
{
    /// <summary>Initial carry of the particles, [P × carry]; particle k of sequence b is row b · K + k.</summary>
    Tensor Start(int particles);

    /// <summary>Samples z_t from q with libtorch's generator.</summary>
    /// <param name="carry">[P × carry].</param>
    /// <param name="step">t, from 0.</param>
    /// <returns>The carry with z_t, and ln p(x_t | z_t, …) + ln p(z_t | …) − ln q(z_t | …), [P].</returns>
    (Tensor Carry, Tensor LogWeight) Step(Tensor carry, int step);
}

/// <summary>
/// Lower bounds of the log-likelihood by K weighted particles: the importance-weighted bound (IWAE: Burda, Grosse and Salakhutdinov 2016),
/// and with resampling the filtering variational objective (FIVO: Maddison et al. 2017, algorithm 1), which resamples a sequence's
/// particles when their effective number falls below half. Both tend to the log-likelihood as K grows. For measuring: no gradients.
/// Not thread-safe.
/// </summary>
public static class ParticleBound
{
    /// <summary>The bound of each sequence in nats, [B].</summary>
    /// <param name="proposal">The model with its filter.</param>
    /// <param name="steps">T.</param>
    /// <param name="sequences">B.</param>
    /// <param name="particles">K.</param>
    /// <param name="resample">True for FIVO, false for IWAE.</param>
    public static Tensor Estimate(IStepProposal proposal, int steps, int sequences, int particles, bool resample)
    {
        using var noGrad = no_grad();
        using var outer = NewDisposeScope();
        var (carry, weights, sum) = (proposal.Start(sequences * particles), zeros(sequences, particles), zeros(sequences));
        for (var t = 0; t < steps; t++)
        {
            using var scope = NewDisposeScope();
            var (next, increment) = proposal.Step(carry, t);
            weights = weights + increment.view(sequences, particles);
            (carry, weights, sum) = resample ? Resample(next, weights, sum) : (next, weights, sum);
            (carry, weights, sum) = (carry.MoveToOuterDisposeScope(), weights.MoveToOuterDisposeScope(), sum.MoveToOuterDisposeScope());
        }

        return (sum + MeanWeight(weights)).MoveToOuterDisposeScope();
    }

    private static (Tensor Carry, Tensor Weights, Tensor Sum) Resample(Tensor carry, Tensor weights, Tensor sum)
    {
        var (sequences, particles) = (weights.shape[0], weights.shape[1]);
        var share = weights.softmax(-1);
        var low = (1 / share.square().sum(-1) < 0.5 * particles).to(weights.dtype);
        var chosen = share.multinomial(particles, replacement: true).to(weights.dtype);
        var kept = arange(particles, dtype: weights.dtype).unsqueeze(0);
        var mask = low.unsqueeze(-1);
        var rows = ((chosen * mask) + (kept * (1 - mask))).to(ScalarType.Int64)
            + (arange(sequences, dtype: ScalarType.Int64).unsqueeze(-1) * particles);
        return (carry.index_select(0, rows.flatten()), weights * (1 - mask), sum + (MeanWeight(weights) * low));
    }

    /// <summary>The logarithm of the mean weight of each sequence.</summary>
    private static Tensor MeanWeight(Tensor weights) => weights.logsumexp(-1) - Math.Log(weights.shape[1]);
}
