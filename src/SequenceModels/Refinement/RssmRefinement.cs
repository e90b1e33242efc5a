using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>
/// Trains, on recorded episodes, a refinement of the posterior of a trained recurrent state-space model in the loop, and evaluates
/// it. The model is frozen and filters the episodes itself. Uses the calling thread; offline.
/// </summary>
public static class RssmRefinement
{
    /// <summary>Trains a refinement for the loop; the model's parameters no longer require gradients.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="replay">Episodes of the training set.</param>
    /// <param name="options">The training options.</param>
    /// <param name="key">Random key of the training.</param>
    /// <param name="progress">Receives each update's number and the bound, nats per step; may be null.</param>
    /// <param name="cancellationToken">Stops between two updates.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="UserErrorException">There are no episodes.</exception>
    public static ErrorRefinement Learn(
        RssmFilteringModel model, SequenceReplay replay, RefinementOptions options,
        RandomKey key, Action<long, double>? progress, CancellationToken cancellationToken)
    {
        options.Validate();
        var inference = Create(model, options, key);
        Fit(model, inference, replay, options, key, progress, cancellationToken);
        return inference;
    }

    /// <summary>
    /// Trains any method, for instance a <see cref="GradientRefinement"/>; the model's parameters no longer require gradients.
    /// </summary>
    /// <param name="model">The trained model.</param>
    /// <param name="inference">The inference method to train; options that describe the method itself are ignored.</param>
    /// <param name="replay">Episodes of the training set.</param>
    /// <param name="options">The training options.</param>
    /// <param name="key">Random key of the training.</param>
    /// <param name="progress">Receives each update's number and the bound, nats per step; may be null.</param>
    /// <param name="cancellationToken">Stops between two updates.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="UserErrorException">There are no episodes.</exception>
    public static void Fit(
        RssmFilteringModel model, PosteriorInference inference, SequenceReplay replay,
        RefinementOptions options, RandomKey key, Action<long, double>? progress, CancellationToken cancellationToken)
    {
        options.Validate();
        foreach (var parameter in model.parameters())
            parameter.requires_grad = false;
        var sizes = new AmortizationSizes(0, options.Updates, options.Length, 0, options.Batch, 0, 0, 0);
        var trainer = new AmortizationTrainer(
            (steps, count, k) => RssmRows.From(replay.Sample(count, steps, options.Dropout, k, CPU)), sizes);
        trainer.FitInference(model, inference, new ProductOfExperts(model), key.Derive("refinement"), cancellationToken, progress);
    }

    /// <summary>
    /// The bound of a method that filters whole episodes by itself, nats per step, of the readings alone (no rewards), with samples of z.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="inference">The inference method; null for the model's own experts.</param>
    /// <param name="episodes">Test set: episodes that neither was trained on.</param>
    /// <param name="key">Random key of the samples: the same for methods that are compared.</param>
    /// <exception cref="UserErrorException">There are no episodes.</exception>
    public static double Measure(RssmFilteringModel model, PosteriorInference? inference, SequenceReplay episodes, RandomKey key)
    {
        if (episodes.Sequences.Count == 0)
            throw new UserErrorException("There are no held-out episodes to measure the refinement on; collect some.");
        var (sum, steps) = (0.0, 0L);
        for (var i = 0; i < episodes.Sequences.Count; i++)
        {
            using var scope = NewDisposeScope();
            var rows = RssmRows.From(episodes.Whole(i, 1, episodes.Sequences[i].Steps, CPU));
            var method = inference ?? new ProductOfExperts(model);
            sum += AmortizationMeasure.OwnBound(model, method, rows, key.Derive((ulong)i)) * rows.shape[0];
            steps += rows.shape[0];
        }

        return sum / steps;
    }

    private static ErrorRefinement Create(RssmFilteringModel model, RefinementOptions options, RandomKey key)
    {
        using var random = TorchRandom.Scope(key.Derive("weights").Value);
        var fromExperts = options.StartsFromExperts ?? model.Model.Layout.Modalities.Any(m => m.IsImage);
        return new ErrorRefinement(model, options.Width, options.Iterations, fromExperts ? new ProductOfExperts(model) : null);
    }
}
