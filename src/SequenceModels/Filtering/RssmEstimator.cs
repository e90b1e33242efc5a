using Robotics.Core.Beliefs;
using Robotics.Core.Errors;
using Robotics.Inference.Rssm;
using Robotics.SequenceModels.Layers;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Refinement;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Filtering;

/// <summary>
/// The recurrent state-space model behind the estimator interface, computed by libtorch: for experiments and as the reference of
/// the compiled filter. It allocates, so it is not for the tick path. A belief's mean is (h, s) with the stochastic part's mean, its
/// std is zero for h and σ for s; the recurrence goes on from the mean, so that the same readings give the same belief. Used by one
/// thread at a time.
/// </summary>
public sealed class RssmEstimator : IStateEstimator
{
    private readonly RecurrentStateSpaceModel _model;
    private readonly int _path;
    private readonly RssmFilteringModel? _filtering;
    private readonly PosteriorInference? _inference;

    /// <summary>Wraps a model and its posterior inference, such as a <see cref="GradientRefinement"/>; the caller disposes both.</summary>
    public RssmEstimator(RssmFilteringModel model, PosteriorInference inference)
        : this(model.Model) => (_filtering, _inference) = (model, inference);

    /// <summary>Wraps a model, which the caller disposes.</summary>
    /// <exception cref="UserErrorException">The model has no deterministic state, so its stochastic state alone is no belief.</exception>
    public RssmEstimator(RecurrentStateSpaceModel model)
    {
        if (!model.HasMemory)
            throw RssmCompiler.Refuse();
        _model = model;
        _path = model.Options.Deterministic;
        Modalities = model.Layout.ToSpecs([.. model.Encoder.Sizes.Select(s => s - 1)]);
    }

    /// <inheritdoc/>
    public int BeliefDimension => _model.FeatureDimension;

    /// <inheritdoc/>
    public IReadOnlyList<ModalitySpec> Modalities { get; }

    /// <inheritdoc/>
    public void Reset(Belief into)
    {
        using var scope = NewDisposeScope();
        using var inferenceMode = inference_mode();
        Expect(_model.InitialCarry(1, CPU), zeros(1, _model.Layout.ActionDimension), into);
    }

    /// <inheritdoc/>
    public void Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into)
    {
        using var scope = NewDisposeScope();
        using var inferenceMode = inference_mode();
        var at = belief.At;
        Expect(tensor(belief.Mean, [1, BeliefDimension]), tensor(action.ToArray(), [1, action.Length]), into);
        into.At = at + TimeSpan.FromSeconds(periodSeconds);
    }

    /// <inheritdoc/>
    public void Embed(ModalityReading reading, int modality)
    {
        using var scope = NewDisposeScope();
        using var inferenceMode = inference_mode();
        _model.Encoder[modality].call(Input(reading.Values, modality)).ToFloats().CopyTo(reading.Embedding, 0);
    }

    /// <inheritdoc/>
    public void Correct(Belief belief, ObservationFrame observation, Belief into)
    {
        if (into != belief)
            into.CopyFrom(belief);
        if (!observation.HasNews)
            return;
        using var scope = NewDisposeScope();
        using IDisposable frozen = _inference is null ? inference_mode() : no_grad();
        var (mean, std) = (tensor(belief.Mean, [1, BeliefDimension]), tensor(belief.StandardDeviation, [1, BeliefDimension]));
        var path = mean.narrow(1, 0, _path);
        var prior = new DiagonalGaussian(mean.narrow(1, _path, BeliefDimension - _path), std.narrow(1, _path, BeliefDimension - _path));
        Store(path, _inference is null ? Multiply(path, prior, observation) : Ask(mean, prior, observation), into);
    }

    /// <summary>The product with the experts of the observed modalities.</summary>
    private DiagonalGaussian Multiply(Tensor path, DiagonalGaussian prior, ObservationFrame observation)
    {
        var (experts, masks) = (new List<DiagonalGaussian>(), new List<Tensor>());
        for (var m = 0; m < Modalities.Count; m++)
        {
            var reading = observation[m];
            if (!reading.IsNew)
                continue;
            var age = (float)Math.Clamp(reading.AgeSeconds / _model.Layout.PeriodSeconds, 0, 1);
            experts.Add(_model.ExpertOf(
                m, path, _model.Experts[m].Project(tensor([.. reading.Embedding, age], [1, reading.Embedding.Length + 1]))));
            masks.Add(ones(1, 1));
        }

        return prior.Multiply(experts, masks);
    }

    /// <summary>The inferred posterior. It needs no s_{t−1}: the prior is known.</summary>
    private DiagonalGaussian Ask(Tensor memory, DiagonalGaussian prior, ObservationFrame observation)
    {
        var row = RssmRows.From(
            zeros(1, _model.Layout.ActionDimension), [.. Enumerable.Range(0, Modalities.Count).Select(m => Part(observation[m], m))]);
        return _inference!.Infer(_filtering!, PosteriorParameters.From(prior), memory, row).Distribution;
    }

    private (Tensor Known, Tensor Age, Tensor Values) Part(ModalityReading reading, int modality)
    {
        var values = Input(reading.Values, modality).flatten(1);
        var age = (float)Math.Clamp(reading.AgeSeconds / _model.Layout.PeriodSeconds, 0, 1);
        return reading.IsNew ? (ones(1, 1), full([1, 1], age), values) : (zeros(1, 1), zeros(1, 1), zeros_like(values));
    }

    private void Expect(Tensor carry, Tensor action, Belief into)
    {
        var path = _model.Path(carry, action);
        Store(path, _model.PriorOf(path, carry), into);
    }

    private void Store(Tensor path, DiagonalGaussian state, Belief into)
    {
        path.ToFloats().CopyTo(into.Mean, 0);
        state.Mean.ToFloats().CopyTo(into.Mean, _path);
        into.StandardDeviation.AsSpan(0, _path).Clear();
        state.Std.ToFloats().CopyTo(into.StandardDeviation, _path);
    }

    // Readings of a camera are 0 to 1 and [height × width × channel]; the encoder takes −0.5 to 0.5 and [channel × height × width].
    private Tensor Input(float[] values, int modality) => _model.Layout.Modalities[modality].Image is { } format
        ? (tensor(values, [1, format.Height, format.Width, format.Channels]).permute(0, 3, 1, 2) - 0.5).contiguous()
        : tensor(values, [1, values.Length]);
}
