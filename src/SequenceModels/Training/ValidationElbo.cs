using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Training;

/// <summary>
/// The evidence lower bound per step on whole episodes, split by modality and KL: always β = 1, no free nats, nothing hidden, the
/// likelihoods' σ as the model's options state them, one sample of the latents. Not thread-safe.
/// </summary>
public static class ValidationElbo
{
    private const int EpisodesPerBatch = 8;

    private static readonly SequenceTrainingOptions Plain = new() { Beta = 1, FreeNats = 0, Balance = 0.5, OvershootingDistance = 1 };

    /// <summary>Evaluates a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="episodes">The validation set.</param>
    /// <param name="key">Random key of the samples.</param>
    /// <param name="device">Device of the model; null for the CPU.</param>
    /// <exception cref="UserErrorException">There are no episodes.</exception>
    public static SequenceLoss Measure(SequenceModel model, SequenceReplay episodes, RandomKey key, Device? device = null)
    {
        if (episodes.Sequences.Count == 0)
            throw new UserErrorException("There are no held-out episodes to measure the estimator on; collect some.");
        using var noGrad = no_grad();
        using var random = TorchRandom.Scope(key.Value);
        var losses = new List<SequenceLoss>();
        for (var first = 0; first < episodes.Sequences.Count; first += EpisodesPerBatch)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(EpisodesPerBatch, episodes.Sequences.Count - first);
            var length = episodes.Sequences.Skip(first).Take(count).Max(s => s.Steps);
            var batch = episodes.Whole(first, count, length, device ?? CPU);
            losses.Add(SequenceObjective.Compute(model, batch, Plain).Parts);
        }

        return SequenceLoss.Average(losses);
    }
}
