using Robotics.Core.Randomness;
using Robotics.TorchExtras;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>
/// Trains θ together with a direct encoder, over whole sequences, and then other methods for the frozen θ, over single time steps
/// of fresh sequences that this encoder filters. Every method gets the same steps in the same order. Uses the calling thread;
/// offline.
/// </summary>
/// <param name="sample">Samples sequences: steps, number of sequences, key; [T × B × row].</param>
/// <param name="sizes">Sizes.</param>
internal sealed class AmortizationTrainer(Func<int, int, RandomKey, Tensor> sample, AmortizationSizes sizes)
{
    private const double FirstRate = 3e-3;
    private const double LastShare = 0.03;
    private const double MaximumGradient = 100;
    private const int UpdatesPerPool = 15;
    private const int Pairs = 1;

    /// <summary>Fraction of updates whose loss covers all iterates; in the rest it covers the last one only.</summary>
    private const double ShareOnAllIterates = 0.4;

    /// <summary>Trains θ and the encoder.</summary>
    public void FitModel(FilteringModel model, PosteriorInference encoder, RandomKey key, CancellationToken cancellationToken)
    {
        using var optimizer = Adam([.. model.parameters(), .. encoder.parameters()]);
        for (var update = 0; update < sizes.Updates; update++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var random = TorchRandom.Scope(key.Derive((ulong)update).Derive(1).Value);
            var sequences = sample(sizes.Steps, sizes.Batch, key.Derive((ulong)update).Derive(0));
            Step(optimizer, -Bound(model, encoder, sequences).mean(), (double)update / sizes.Updates);
        }
    }

    /// <summary>Trains an inference method; θ must not require gradients. Reports each update's number and bound, nats per step.</summary>
    public void FitInference(FilteringModel model, PosteriorInference inference,
        PosteriorInference encoder, RandomKey key, CancellationToken cancellationToken, Action<long, double>? report = null)
    {
        using var optimizer = Adam(inference.parameters());
        for (var first = 0; first < sizes.InferenceUpdates; first += UpdatesPerPool)
        {
            using var pool = NewDisposeScope();
            using var random = TorchRandom.Scope(key.Derive((ulong)first).Derive(1).Value);
            var count = Math.Max(1, UpdatesPerPool * sizes.InferenceBatch / sizes.Steps);
            var steps = FilteredSteps.From(model, encoder, sample(sizes.Steps, count, key.Derive((ulong)first).Derive(0)));
            var order = randperm(steps.Count);
            for (var i = 0; i < UpdatesPerPool && first + i < sizes.InferenceUpdates; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var size = steps.Count / UpdatesPerPool;
                var progress = (double)(first + i) / sizes.InferenceUpdates;
                var loss = Loss(model, inference, steps.Select(order.narrow(0, i * size, size)), progress < ShareOnAllIterates);
                Step(optimizer, loss, progress);
                report?.Invoke(first + i + 1, -loss.item<float>());
            }
        }
    }

    /// <summary>L of sequences in nats, [B], by a method that filters them.</summary>
    private static Tensor Bound(FilteringModel model, PosteriorInference inference, Tensor sequences)
    {
        var carry = model.Start(sequences.shape[1]);
        var sum = zeros(sequences.shape[1]);
        foreach (var observation in sequences.unbind(0))
        {
            var memory = model.Before(carry, observation);
            var prior = model.Prior(memory);
            var posterior = inference.Infer(model, prior, memory, observation);
            var noise = randn_like(posterior.Mean);
            sum += model.Bound(posterior, prior, memory, observation, noise);
            carry = model.After(memory, observation, posterior.Mean + (posterior.LogStd.exp() * noise));
        }

        return sum;
    }

    private static Tensor Loss(FilteringModel model, PosteriorInference inference, FilteredSteps steps, bool all)
    {
        var prior = model.Prior(steps.Memory);
        var iterates = inference.Iterates(model, prior, steps.Memory, steps.Observation);
        var taught = all ? iterates : [iterates[^1]];
        var bounds = taught.Select(
            i => model.Bound(i, prior, steps.Memory, steps.Observation, FilteringModel.AntitheticNoise(i.Mean, Pairs)));
        return -stack(bounds).mean();
    }

    private static FusedAdam Adam(IEnumerable<Parameter> learned) =>
        new(learned, new FusedAdamOptions { MaximumGradientNorm = MaximumGradient });

    private static void Step(FusedAdam optimizer, Tensor loss, double progress)
    {
        optimizer.LearningRate = FirstRate * Math.Pow(LastShare, progress);
        optimizer.Minimise(loss);
    }
}
