using Robotics.SequenceModels.Layers;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Training;

/// <summary>
/// The loss of sequence models: Σ_m −w_m ln p(o_m | features) − ln p(r | features) + β · max(free, KL[q ‖ p]), a step, plus latent
/// overshooting (Hafner et al. 2019, equation 7) Σ_{d=2}^{D} (β_d / D) · max(free, KL[sg(q_t) ‖ p(s_t | q_{t−d})]), where steps
/// beyond the chunk or the episode do not count. With balancing (Hafner et al. 2021) the KL is split into
/// b · KL[sg(q) ‖ p] + (1 − b) · KL[q ‖ sg(p)]. w_m is 1 except for images, which the options weigh. Pure except for the random
/// samples of the model.
/// </summary>
public static class SequenceObjective
{
    /// <summary>Computes loss and parts in the current dispose scope.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="options">Weights.</param>
    public static (Tensor Loss, SequenceLoss Parts) Compute(SequenceModel model, SequenceBatch batch, SequenceTrainingOptions options) =>
        Compute(model, model.Infer(batch, sample: true), batch, options);

    /// <summary>Computes loss and parts of an inferred sequence, in the current dispose scope.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inferred">The model's inference on the sequences.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="options">Weights.</param>
    public static (Tensor Loss, SequenceLoss Parts) Compute(
        SequenceModel model, InferredSequence inferred, SequenceBatch batch, SequenceTrainingOptions options)
    {
        var steps = batch.Valid.sum();
        var negativeLogLikelihoods = batch.Modalities.Select((m, i) => m.Count == 0 ? zeros(1, device: steps.device).sum()
            : model.Decoder.NegativeLogLikelihood(i, inferred.Features, batch).sum() / steps).ToArray();
        var reward = model.Decoder.RewardNegativeLogLikelihood(inferred.Features, batch).sum() / steps;
        var kl = (inferred.Posterior.KlFrom(inferred.Prior) * batch.Valid).sum() / steps;
        var weighted = negativeLogLikelihoods.Select(
            (s, i) => model.Layout.Modalities[i].IsImage && options.PictureWeight != 1 ? s * options.PictureWeight : s);
        var loss = weighted.Aggregate(reward, (sum, s) => sum + s) + (Penalty(inferred, batch.Valid, options) / steps * options.Beta);
        var overshooting = options.OvershootingDistance > 1 ? Overshooting(model, inferred, batch, options) / steps : null;
        loss = overshooting is null ? loss : loss + overshooting;
        var parts = stack([loss, reward, kl, overshooting ?? zeros_like(kl), steps, .. negativeLogLikelihoods]).ToFloats();
        var names = model.Layout.Modalities.Select((m, i) => (m.Name, Value: (double)parts[5 + i]));
        var reconstruction = names.ToDictionary(n => n.Name, n => n.Value);
        return (loss, new SequenceLoss(parts[0], reconstruction, parts[1], parts[2], parts[3], (long)parts[4]));
    }

    private static Tensor Penalty(InferredSequence inferred, Tensor valid, SequenceTrainingOptions options)
    {
        var (q, p) = (inferred.Posterior, inferred.Prior);
        if (options.Balance == 0.5)
            return Free(q.KlFrom(p), valid, options);
        return (Free(q.Detach().KlFrom(p), valid, options) * options.Balance)
            + (Free(q.KlFrom(p.Detach()), valid, options) * (1 - options.Balance));
    }

    private static Tensor Overshooting(SequenceModel model, InferredSequence inferred, SequenceBatch batch, SequenceTrainingOptions options)
    {
        var target = inferred.Posterior.Detach();
        var sum = zeros(1, device: batch.Valid.device).sum();
        var d = 2;
        foreach (var prior in model.Overshoot(inferred, batch, options.OvershootingDistance))
        {
            var steps = batch.Length - d;
            var q = new DiagonalGaussian(target.Mean.narrow(0, d, steps), target.Std.narrow(0, d, steps));
            sum += Free(q.KlFrom(prior), batch.Valid.narrow(0, d, steps), options)
                * (options.OvershootingBeta / options.OvershootingDistance);
            d++;
        }

        return sum;
    }

    private static Tensor Free(Tensor kl, Tensor valid, SequenceTrainingOptions options) =>
        ((options.FreeNats > 0 ? kl.clamp_min(options.FreeNats) : kl) * valid).sum();
}
