using Robotics.Core.Beliefs;
using Robotics.Inference.Rssm;

namespace Robotics.StateEstimation.Filters;

/// <summary>
/// A compiled recurrent state-space model as a filter on the estimators' seam (Hafner et al. 2019, section 3, with a posterior that is
/// the product of the prior and one expert for each modality that brought something). A belief's mean is (h, s) with the stochastic
/// part's mean, its std is zero for h and σ for s; the recurrence goes on from the mean. With a <see cref="CompiledRefinement"/> a
/// correction goes on from there by amortized variational filtering. Used by one thread at a time; does not allocate after construction,
/// does not throw; safe on the tick path.
/// </summary>
public sealed class CompiledRssmEstimator : IStateEstimator
{
    private readonly CompiledRssm _model;
    private readonly RssmMemory _memory;
    private readonly float[] _embedding;
    private readonly float[] _actionless;
    private readonly float[] _zero;
    private readonly float[] _expertMean;
    private readonly float[] _expertStd;
    private readonly float[] _gain;
    private readonly float[] _pull;
    private readonly CompiledRefinement? _refinement;
    private readonly RefinementMemory? _refining;

    /// <summary>Creates a filter; several may share a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="refinement">Refinement of its posteriors; null for none.</param>
    /// <exception cref="ArgumentException">The refinement was compiled for another model.</exception>
    public CompiledRssmEstimator(CompiledRssm model, CompiledRefinement? refinement = null)
    {
        if (refinement is not null && refinement.Model != model)
            throw new ArgumentException("The refinement was compiled for another model than the filter's.", nameof(refinement));
        (_refinement, _refining) = (refinement, refinement is null ? null : new RefinementMemory(refinement));
        (_model, _memory) = (model, new RssmMemory(model));
        _embedding = new float[model.Parts.Max(p => p.MemoryLength)];
        (_actionless, _zero) = (new float[model.ActionDimension], new float[model.FeatureDimension]);
        (_expertMean, _expertStd) = (new float[model.Stochastic], new float[model.Stochastic]);
        (_gain, _pull) = (new float[model.Stochastic], new float[model.Stochastic]);
    }

    /// <summary>The model: for planners, its prior and its reward.</summary>
    public CompiledRssm Model => _model;

    /// <inheritdoc/>
    public int BeliefDimension => _model.FeatureDimension;

    /// <inheritdoc/>
    public IReadOnlyList<ModalitySpec> Modalities => _model.Modalities;

    /// <inheritdoc/>
    public void Reset(Belief into) => Advance(_zero, _actionless, into);

    /// <inheritdoc/>
    public void Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into)
    {
        var at = belief.At;
        Advance(belief.Mean, action, into);
        into.At = at + TimeSpan.FromSeconds(periodSeconds);
    }

    /// <inheritdoc/>
    public void Embed(ModalityReading reading, int modality) => _model.Parts[modality].Embed(reading.Values, reading.Embedding, _embedding);

    /// <inheritdoc/>
    public void Correct(Belief belief, ObservationFrame observation, Belief into)
    {
        if (into != belief)
            into.CopyFrom(belief);
        if (!observation.HasNews)
            return;
        var mean = into.Mean.AsSpan(_model.Deterministic);
        var std = into.StandardDeviation.AsSpan(_model.Deterministic);
        if (_refinement is null)
        {
            Multiply(into.Mean.AsSpan(0, _model.Deterministic), observation, mean, std);
            return;
        }

        mean.CopyTo(_refining!.PriorMean);
        std.CopyTo(_refining.PriorStd);
        if (_refinement.StartsFromExperts)
            Multiply(into.Mean.AsSpan(0, _model.Deterministic), observation, mean, std);
        _refinement.Refine(into.Mean.AsSpan(0, _model.Deterministic), observation, _refining, mean, std);
    }

    /// <summary>The product with the experts of what arrived, in place.</summary>
    private void Multiply(ReadOnlySpan<float> path, ObservationFrame observation, Span<float> mean, Span<float> std)
    {
        _gain.AsSpan().Clear();
        _pull.AsSpan().Clear();
        for (var m = 0; m < _model.Parts.Length; m++)
        {
            var reading = observation[m];
            if (!reading.IsNew)
                continue;
            var age = (float)Math.Clamp(reading.AgeSeconds / _model.PeriodSeconds, 0, 1);
            var output = _memory.Output(1);
            _model.Parts[m].Infer(path, reading.Embedding, age, _model.Kernel, _memory.Hidden(reading.Embedding.Length), output);
            _model.Split(output, _expertMean, _expertStd);
            _model.Kernel.Weigh(mean, std, _expertMean, _expertStd, _gain, _pull);
        }

        _model.Kernel.Multiply(mean, std, _gain, _pull);
    }

    private void Advance(ReadOnlySpan<float> features, ReadOnlySpan<float> action, Belief into)
    {
        _model.Advance(features, action, into.Mean, into.StandardDeviation.AsSpan(_model.Deterministic), _memory);
        into.StandardDeviation.AsSpan(0, _model.Deterministic).Clear();
    }
}
