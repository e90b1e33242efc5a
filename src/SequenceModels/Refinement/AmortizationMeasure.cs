using Robotics.Core.Randomness;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>
/// Evaluates inference methods on a test set. Gaps: every method infers the same time steps, with the memories left by the encoder and
/// the same samples; the reference at a step is the best bound from any start. Bounds: every method filters by itself.
/// Uses the calling thread; offline.
/// </summary>
internal sealed class AmortizationMeasure
{
    private const int Pairs = 32;
    private const double ReferenceRate = 0.1;
    private const double PolishRate = 0.01;
    private const int MaximumSequences = 32;
    private readonly AmortizationSizes _sizes;
    private readonly FilteringModel _model;
    private readonly RandomKey _key;
    private readonly Tensor _sequences;
    private readonly FilteredSteps _steps;
    private readonly PosteriorParameters _prior;
    private readonly Tensor _noise;
    private Tensor _best;

    /// <summary>
    /// Filters the sequences with the encoder and optimises each step's posterior from the prior. Tensors belong to the caller's
    /// scope.
    /// </summary>
    public AmortizationMeasure(FilteringModel model, PosteriorInference encoder, Tensor sequences, AmortizationSizes sizes, RandomKey key)
    {
        using var noGrad = no_grad();
        using var random = TorchRandom.Scope(key.Value);
        (_model, _sizes, _key, _sequences) = (model, sizes, key, sequences);
        _steps = FilteredSteps.From(model, encoder, sequences);
        _prior = model.Prior(_steps.Memory);
        _noise = FilteringModel.AntitheticNoise(_prior.Mean, Pairs);
        _best = BoundOf(Refine(_prior, sizes.ReferenceSteps, ReferenceRate));
    }

    /// <summary>Bound of an inference method at the steps, [N] nats; a bound above the reference replaces it.</summary>
    public Tensor Bounds(PosteriorInference inference)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var random = TorchRandom.Scope(_key.Derive("arm").Value);
        var posterior = inference.Infer(_model, _prior, _steps.Memory, _steps.Observation);
        var here = BoundOf(posterior);
        var polished = BoundOf(Refine(posterior, Math.Max(1, _sizes.ReferenceSteps / 4), PolishRate));
        _best = maximum(_best, maximum(here, polished)).MoveToOuterDisposeScope();
        return here.MoveToOuterDisposeScope();
    }

    /// <summary>The median over the steps of the reference minus a method's bounds, nats; after all methods were evaluated.</summary>
    public double MedianGap(Tensor bounds)
    {
        float[] gaps = [.. (_best - bounds).data<float>()];
        Array.Sort(gaps);
        return gaps[gaps.Length / 2];
    }

    /// <summary>The evidence lower bound, nats per step, of a method that filters by itself.</summary>
    public double OwnBound(PosteriorInference inference) => OwnBound(_model, inference, _sequences, _key);

    /// <summary>The evidence lower bound, nats per step, of given sequences.</summary>
    public static double OwnBound(FilteringModel model, PosteriorInference inference, Tensor sequences, RandomKey key)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var random = TorchRandom.Scope(key.Derive("bound").Value);
        var own = FilteredSteps.From(model, inference, sequences);
        var prior = model.Prior(own.Memory);
        var posterior = inference.Infer(model, prior, own.Memory, own.Observation);
        return model.Bound(posterior, prior, own.Memory, own.Observation, FilteringModel.AntitheticNoise(prior.Mean, Pairs))
            .mean().item<float>();
    }

    /// <summary>The importance-weighted bound, nats per step, of a method that filters by itself.</summary>
    public double ImportanceWeighted(PosteriorInference inference)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var random = TorchRandom.Scope(_key.Derive("weights").Value);
        var few = _sequences.narrow(1, 0, Math.Min(_sequences.shape[1], MaximumSequences));
        var tiled = few.repeat_interleave(_sizes.Particles, 1);
        var (carry, weights) = (_model.Start(tiled.shape[1]), zeros(tiled.shape[1]));
        foreach (var observation in tiled.unbind(0))
        {
            using var step = NewDisposeScope();
            var memory = _model.Before(carry, observation);
            var prior = _model.Prior(memory);
            var posterior = inference.Infer(_model, prior, memory, observation).Distribution;
            var latent = posterior.Sample();
            weights.add_(_model.LogLikelihood(latent, memory, observation)
                + (prior.Distribution.LogProbability(latent) - posterior.LogProbability(latent)).squeeze(-1));
            carry = _model.After(memory, observation, latent).MoveToOuterDisposeScope();
        }

        return (weights.view(few.shape[1], _sizes.Particles).logsumexp(-1) - Math.Log(_sizes.Particles))
            .mean().item<float>() / _sizes.Steps;
    }

    private Tensor BoundOf(PosteriorParameters posterior)
    {
        using var scope = NewDisposeScope();
        return _model.Bound(posterior, _prior, _steps.Memory, _steps.Observation, _noise).MoveToOuterDisposeScope();
    }

    private PosteriorParameters Refine(PosteriorParameters from, int steps, double rate)
    {
        using var reference = new SviRefinement(null, steps, rate);
        return reference.Refine(_model, from, _prior, _steps.Memory, _steps.Observation);
    }
}
