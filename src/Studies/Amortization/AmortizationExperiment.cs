using Robotics.Core.Randomness;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Refinement;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Studies.Amortization;

/// <summary>What an arm achieved on held-out sequences. Immutable.</summary>
/// <param name="Arm">Its name.</param>
/// <param name="Parameters">Numbers that it learned.</param>
/// <param name="Gap">Median over time steps of the reference's bound less the arm's, from the same memory, nats; never negative.</param>
/// <param name="BoundPerStep">Its evidence lower bound, nats a step.</param>
/// <param name="ImportanceWeightedPerStep">Its importance-weighted bound (Burda et al. 2016), nats a step.</param>
public sealed record InferenceResult(string Arm, long Parameters, double Gap, double BoundPerStep, double ImportanceWeightedPerStep);

/// <summary>
/// How far from the best posterior each way of finding it stays. θ is learned with a good direct encoder and then frozen; every arm works
/// with the same θ. Uses the calling thread; offline.
/// </summary>
public sealed class AmortizationExperiment
{
    private const int Latent = 8;
    private const int Hidden = 48;
    private const int Width = 48;
    private static readonly double[] StepSizes = [0.001, 0.003, 0.01, 0.03, 0.1];
    private readonly Func<int, int, RandomKey, Tensor> _draw;
    private readonly Func<FilteringModel> _model;
    private readonly Func<FilteringModel, PosteriorInference> _encoder;
    private readonly AmortizationSizes _sizes;
    private readonly AmortizationTrainer _trainer;

    private AmortizationExperiment(
        Func<int, int, RandomKey, Tensor> draw, Func<FilteringModel> model, Func<FilteringModel, PosteriorInference> encoder, AmortizationSizes sizes)
    {
        (_draw, _model, _encoder, _sizes) = (draw, model, encoder, sizes);
        _trainer = new AmortizationTrainer(draw, sizes);
    }

    /// <summary>Over a variational recurrent network, learned with a direct encoder four times as wide as the plain one.</summary>
    /// <param name="draw">Draws sequences: steps, how many, key; [T × B × x].</param>
    /// <param name="deviation">σ_x.</param>
    /// <param name="sizes">Sizes.</param>
    public static AmortizationExperiment FromRecurrentNetwork(Func<int, int, RandomKey, Tensor> draw, double deviation, AmortizationSizes sizes)
    {
        using var scope = NewDisposeScope();
        var observation = (int)draw(1, 1, default).shape[2];
        return new(draw, () => new RecurrentFilteringModel(observation, Latent, Hidden, deviation), model => new DirectEncoder(model, 4 * Width), sizes);
    }

    /// <summary>
    /// Over a recurrent state-space model of one vector, learned with its own experts, which become the arm <c>experts</c>; the arm
    /// <c>avf_errors_4</c> is the one that a control loop can compute.
    /// </summary>
    /// <param name="draw">Draws sequences: steps, how many, key; [T × B × x].</param>
    /// <param name="deviation">σ_x.</param>
    /// <param name="sizes">Sizes.</param>
    public static AmortizationExperiment FromStateSpaceModel(Func<int, int, RandomKey, Tensor> draw, double deviation, AmortizationSizes sizes)
    {
        using var scope = NewDisposeScope();
        var elements = Enumerable.Range(0, (int)draw(1, 1, default).shape[2]).Select(i => $"x.{i}");
        var layout = new SequenceLayout([new SequenceModality("x", [.. elements], null)], ActionDimension: 1, PeriodSeconds: 1);
        var options = new SequenceModelOptions
        {
            Deterministic = Hidden,
            Stochastic = Latent,
            Hidden = 2 * Width,
            Embedding = 2 * Width,
            MinimumDeviation = 0.01,
            VectorDeviation = deviation,
        };
        return new(Rows, () => new RssmFilteringModel(new RecurrentStateSpaceModel(layout, options)), model => new ProductOfExperts((RssmFilteringModel)model), sizes);

        Tensor Rows(int steps, int count, RandomKey key) => RssmRows.From(zeros(steps, count, 1), (ones(steps, count, 1), zeros(steps, count, 1), draw(steps, count, key)));
    }

    /// <summary>Learns and measures all arms for one seed.</summary>
    public IReadOnlyList<InferenceResult> Run(RandomKey key, Action<string> progress, CancellationToken cancellationToken)
    {
        using var outer = NewDisposeScope();
        using var model = Seeded(key, _model);
        using var encoder = Seeded(key, () => _encoder(model));
        progress("generative model");
        _trainer.FitModel(model, encoder, key.Derive("theta"), cancellationToken);
        foreach (var parameter in model.parameters())
            parameter.requires_grad = false;
        var measure = new AmortizationMeasure(model, encoder, _draw(_sizes.Steps, _sizes.HeldOut, key.Derive("held-out")), _sizes, key.Derive("measure"));
        var tuning = new AmortizationMeasure(model, encoder, _draw(_sizes.Steps, _sizes.HeldOut, key.Derive("tuning")), _sizes with { ReferenceSteps = 1 }, key.Derive("tuning"));
        var found = new List<(InferenceResult Result, Tensor Bounds)>();
        if (encoder is ProductOfExperts)
            found.Add(Measure(measure, "experts", encoder));
        foreach (var (name, arm) in Arms(model, key))
        {
            using var owned = arm;
            progress(name);
            _trainer.FitArm(model, arm, encoder, key.Derive("arms"), cancellationToken);
            found.Add(Measure(measure, name, arm));
            if (name != "direct")
                continue;
            using var refined = Refined(tuning, arm);
            found.Add(Measure(measure, "direct_4_gradient_steps", refined));
        }

        return [.. found.Select(f => f.Result with { Gap = measure.MedianGap(f.Bounds) })];
    }

    private static IEnumerable<(string Name, PosteriorInference Arm)> Arms(FilteringModel model, RandomKey key)
    {
        yield return ("direct", Seeded(key, () => new DirectEncoder(model, Width)));
        yield return ("direct_4x", Seeded(key, () => new DirectEncoder(model, 4 * Width)));
        foreach (var iterations in new[] { 1, 2, 4, 8 })
            yield return ($"avf_{iterations}", Seeded(key, () => new GradientRefinement(model, GradientRefinement.WidthLikeDirect(model, Width), iterations)));
        if (model is RssmFilteringModel)
            yield return ("avf_errors_4", Seeded(key, () => new ErrorRefinement(model, ErrorRefinement.WidthLikeDirect(model, Width), 4)));
    }

    /// <summary>The arm and four gradient steps, of the size that does best on sequences of its own.</summary>
    private static SviRefinement Refined(AmortizationMeasure tuning, PosteriorInference arm) =>
        new(arm, 4, StepSizes.MaxBy(size => tuning.Bounds(new SviRefinement(arm, 4, size)).mean().item<float>()));

    private static (InferenceResult Result, Tensor Bounds) Measure(AmortizationMeasure measure, string name, PosteriorInference arm) =>
        (new InferenceResult(name, arm.ParameterCount, double.NaN, measure.OwnBound(arm), measure.ImportanceWeighted(arm)), measure.Bounds(arm));

    private static T Seeded<T>(RandomKey key, Func<T> make)
    {
        using var random = TorchRandom.Scope(key.Derive("weights").Value);
        return make();
    }
}
