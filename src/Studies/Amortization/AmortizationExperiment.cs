using Robotics.Core.Randomness;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Refinement;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Studies.Amortization;

/// <summary>Result of one inference method on the test sequences. Immutable.</summary>
/// <param name="Condition">Name of the method.</param>
/// <param name="Parameters">Number of trained parameters.</param>
/// <param name="Gap">
/// Median over time steps of the reference's bound minus the method's, from the same recurrent state, nats; never negative.
/// </param>
/// <param name="BoundPerStep">Evidence lower bound, nats per step.</param>
/// <param name="ImportanceWeightedPerStep">Importance-weighted bound (Burda et al. 2016), nats per step.</param>
public sealed record InferenceResult(
    string Condition, long Parameters, double Gap, double BoundPerStep, double ImportanceWeightedPerStep);

/// <summary>
/// Amortisation gap of several inference methods. θ is learned with a good direct encoder and then frozen; every method works with
/// the same θ. Uses the calling thread; offline.
/// </summary>
public sealed class AmortizationExperiment
{
    private const int Latent = 8;
    private const int Hidden = 48;
    private const int Width = 48;
    private static readonly double[] StepSizes = [0.001, 0.003, 0.01, 0.03, 0.1];
    private readonly Func<int, int, RandomKey, Tensor> _sample;
    private readonly Func<FilteringModel> _model;
    private readonly Func<FilteringModel, PosteriorInference> _encoder;
    private readonly AmortizationSizes _sizes;
    private readonly AmortizationTrainer _trainer;

    private AmortizationExperiment(
        Func<int, int, RandomKey, Tensor> sample, Func<FilteringModel> model, Func<FilteringModel, PosteriorInference> encoder,
        AmortizationSizes sizes)
    {
        (_sample, _model, _encoder, _sizes) = (sample, model, encoder, sizes);
        _trainer = new AmortizationTrainer(sample, sizes);
    }

    /// <summary>With a variational recurrent network, trained with a direct encoder four times as wide as the plain one.</summary>
    /// <param name="sample">Samples sequences: steps, number of sequences, key; [T × B × x].</param>
    /// <param name="std">Observation std σ_x.</param>
    /// <param name="sizes">Sizes.</param>
    public static AmortizationExperiment FromRecurrentNetwork(
        Func<int, int, RandomKey, Tensor> sample, double std, AmortizationSizes sizes)
    {
        using var scope = NewDisposeScope();
        var observation = (int)sample(1, 1, default).shape[2];
        return new(
            sample, () => new RecurrentFilteringModel(observation, Latent, Hidden, std),
            model => new DirectEncoder(model, 4 * Width), sizes);
    }

    /// <summary>
    /// With a recurrent state-space model of one vector, trained with its own product of experts, which is the condition <c>experts</c>;
    /// the condition <c>avf_errors_4</c> is cheap enough for a control loop.
    /// </summary>
    /// <param name="sample">Samples sequences: steps, number of sequences, key; [T × B × x].</param>
    /// <param name="std">Observation std σ_x.</param>
    /// <param name="sizes">Sizes.</param>
    public static AmortizationExperiment FromStateSpaceModel(
        Func<int, int, RandomKey, Tensor> sample, double std, AmortizationSizes sizes)
    {
        using var scope = NewDisposeScope();
        var elements = Enumerable.Range(0, (int)sample(1, 1, default).shape[2]).Select(i => $"x.{i}");
        var layout = new SequenceLayout([new SequenceModality("x", [.. elements], null)], ActionDimension: 1, PeriodSeconds: 1);
        var options = new SequenceModelOptions
        {
            Deterministic = Hidden,
            Stochastic = Latent,
            Hidden = 2 * Width,
            Embedding = 2 * Width,
            MinimumDeviation = 0.01,
            VectorDeviation = std,
        };
        return new(
            Rows, () => new RssmFilteringModel(new RecurrentStateSpaceModel(layout, options)),
            model => new ProductOfExperts((RssmFilteringModel)model), sizes);

        Tensor Rows(int steps, int count, RandomKey key) => RssmRows.From(
            zeros(steps, count, 1), (ones(steps, count, 1), zeros(steps, count, 1), sample(steps, count, key)));
    }

    /// <summary>Trains and measures all methods for one seed.</summary>
    public IReadOnlyList<InferenceResult> Run(RandomKey key, Action<string> progress, CancellationToken cancellationToken)
    {
        using var outer = NewDisposeScope();
        using var model = Seeded(key, _model);
        using var encoder = Seeded(key, () => _encoder(model));
        progress("generative model");
        _trainer.FitModel(model, encoder, key.Derive("theta"), cancellationToken);
        foreach (var parameter in model.parameters())
            parameter.requires_grad = false;
        var test = _sample(_sizes.Steps, _sizes.TestSequences, key.Derive("held-out"));
        var measure = new AmortizationMeasure(model, encoder, test, _sizes, key.Derive("measure"));
        var validation = _sample(_sizes.Steps, _sizes.TestSequences, key.Derive("tuning"));
        var tuning = new AmortizationMeasure(model, encoder, validation, _sizes with { ReferenceSteps = 1 }, key.Derive("tuning"));
        var results = new List<(InferenceResult Result, Tensor Bounds)>();
        if (encoder is ProductOfExperts)
            results.Add(Measure(measure, "experts", encoder));
        foreach (var (name, inference) in Conditions(model, key))
        {
            using var owned = inference;
            progress(name);
            _trainer.FitInference(model, inference, encoder, key.Derive("arms"), cancellationToken);
            results.Add(Measure(measure, name, inference));
            if (name != "direct")
                continue;
            using var refined = Refined(tuning, inference);
            results.Add(Measure(measure, "direct_4_gradient_steps", refined));
        }

        return [.. results.Select(r => r.Result with { Gap = measure.MedianGap(r.Bounds) })];
    }

    private static IEnumerable<(string Name, PosteriorInference Inference)> Conditions(FilteringModel model, RandomKey key)
    {
        yield return ("direct", Seeded(key, () => new DirectEncoder(model, Width)));
        yield return ("direct_4x", Seeded(key, () => new DirectEncoder(model, 4 * Width)));
        foreach (var iterations in new[] { 1, 2, 4, 8 })
            yield return ($"avf_{iterations}", Seeded(key, () => Gradient(iterations)));
        if (model is RssmFilteringModel)
            yield return ("avf_errors_4", Seeded(key, () => new ErrorRefinement(model, ErrorRefinement.WidthLikeDirect(model, Width), 4)));

        GradientRefinement Gradient(int iterations) => new(model, GradientRefinement.WidthLikeDirect(model, Width), iterations);
    }

    /// <summary>An inference method followed by four gradient steps, whose step size is chosen on validation sequences.</summary>
    private static SviRefinement Refined(AmortizationMeasure tuning, PosteriorInference inference) =>
        new(inference, 4, StepSizes.MaxBy(size => tuning.Bounds(new SviRefinement(inference, 4, size)).mean().item<float>()));

    private static (InferenceResult Result, Tensor Bounds) Measure(
        AmortizationMeasure measure, string name, PosteriorInference inference)
    {
        var (own, weighted) = (measure.OwnBound(inference), measure.ImportanceWeighted(inference));
        return (new InferenceResult(name, inference.ParameterCount, double.NaN, own, weighted), measure.Bounds(inference));
    }

    private static T Seeded<T>(RandomKey key, Func<T> make)
    {
        using var random = TorchRandom.Scope(key.Derive("weights").Value);
        return make();
    }
}
