using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Inspection;

/// <summary>One latent over an episode. Immutable.</summary>
/// <param name="Index">Index of the latent.</param>
/// <param name="Mean">[T], the posterior's means.</param>
/// <param name="Std">[T], the posterior's std.</param>
/// <param name="PriorMean">[T], the prior's means, before the step's observations.</param>
public sealed record LatentTrace(int Index, double[] Mean, double[] Std, double[] PriorMean)
{
    /// <summary>The latents that vary most in an episode.</summary>
    /// <param name="model">The model.</param>
    /// <param name="episodes">The replay that holds the episode.</param>
    /// <param name="episode">Index of the episode.</param>
    /// <param name="count">Number of latents.</param>
    public static IReadOnlyList<LatentTrace> FromMostActive(SequenceModel model, SequenceReplay episodes, int episode, int count)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var inferred = model.Infer(episodes.Whole(episode, 1, episodes.Sequences[episode].Steps, CPU), sample: false);
        var (mean, std, prior) =
            (inferred.Posterior.Mean.squeeze(1), inferred.Posterior.Std.squeeze(1), inferred.Prior.Mean.squeeze(1));
        var variance = mean.var(0, unbiased: false).ToFloats();
        return [.. Enumerable.Range(0, variance.Length).OrderByDescending(i => variance[i]).Take(count).Select(i =>
            new LatentTrace(i, Column(mean, i), Column(std, i), Column(prior, i)))];
    }

    private static double[] Column(Tensor values, int index) => [.. values.select(1, index).ToFloats().Select(v => (double)v)];
}
