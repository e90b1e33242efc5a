using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Inspection;

/// <summary>One latent over an episode. Immutable.</summary>
/// <param name="Index">Which latent.</param>
/// <param name="Mean">[T], the posterior's means.</param>
/// <param name="Deviation">[T], its standard deviations.</param>
/// <param name="PriorMean">[T], what was expected before the step's observations.</param>
public sealed record LatentTrace(int Index, double[] Mean, double[] Deviation, double[] PriorMean)
{
    /// <summary>The latents that move most in an episode.</summary>
    /// <param name="model">The model.</param>
    /// <param name="episodes">Where the episode is.</param>
    /// <param name="episode">Which.</param>
    /// <param name="count">How many latents.</param>
    public static IReadOnlyList<LatentTrace> FromMostActive(SequenceModel model, SequenceReplay episodes, int episode, int count)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var inferred = model.Infer(episodes.Whole(episode, 1, episodes.Sequences[episode].Steps, CPU), sample: false);
        var (mean, deviation, prior) = (inferred.Posterior.Mean.squeeze(1), inferred.Posterior.Deviation.squeeze(1), inferred.Prior.Mean.squeeze(1));
        var spread = mean.var(0, unbiased: false).ToFloats();
        return [.. Enumerable.Range(0, spread.Length).OrderByDescending(i => spread[i]).Take(count).Select(i =>
            new LatentTrace(i, Column(mean, i), Column(deviation, i), Column(prior, i)))];
    }

    private static double[] Column(Tensor values, int index) => [.. values.select(1, index).ToFloats().Select(v => (double)v)];
}
