using Robotics.Inference.Formats;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Filtering;

/// <summary>
/// The recurrent state-space model and its filter as a proposal: the particles' weights are the likelihood of the readings (not of the
/// rewards) at the model's stated σ, in the decoders' units. The tensors belong to the scope it was made in. Not thread-safe.
/// </summary>
public sealed class RssmProposal : IStepProposal
{
    private readonly RecurrentStateSpaceModel _model;
    private readonly SequenceBatch _batch;
    private readonly Tensor[] _actions;
    private readonly Tensor[][] _projected;
    private readonly Tensor[][] _masks;
    private readonly int _particles;

    /// <summary>Embeds the readings.</summary>
    /// <param name="model">The model; it must sample its states, so not the kind <see cref="SequenceModelKind.Rnn"/>.</param>
    /// <param name="batch">The sequences, every one as long as the batch.</param>
    /// <param name="particles">K.</param>
    /// <exception cref="ArgumentException">The model samples no states.</exception>
    public RssmProposal(RecurrentStateSpaceModel model, SequenceBatch batch, int particles)
    {
        if (model.Options.Kind == SequenceModelKind.Rnn)
            throw new ArgumentException("A model that samples no states has no particles; use the kind 'rssm' or 'ssm'.", nameof(model));
        using var noGrad = no_grad();
        (_model, _batch, _particles) = (model, batch, particles);
        _actions = Repeated(batch.Actions);
        _projected = [.. model.Encoder.Embed(batch).Select((e, m) => Repeated(model.Experts[m].Project(e)))];
        _masks = [.. batch.Modalities.Select(m => Repeated(m.Kept))];
    }

    /// <inheritdoc/>
    public Tensor Start(int particles) => _model.InitialCarry(particles, CPU);

    /// <inheritdoc/>
    public (Tensor Carry, Tensor LogWeight) Step(Tensor carry, int step)
    {
        var path = _model.Path(carry, _actions[step]);
        var prior = _model.PriorOf(path, carry);
        var posterior = prior.Multiply(
            [.. _projected.Select((p, m) => _model.ExpertOf(m, path, p[step]))], [.. _masks.Select(m => m[step])]);
        var state = posterior.Sample();
        var next = _model.Join(path, state);
        var weight = (prior.LogProbability(state) - posterior.LogProbability(state)).squeeze(-1);
        for (var m = 0; m < _batch.Modalities.Count; m++)
            weight = Explain(m, step, next, weight);
        return (next, weight);
    }

    private Tensor[] Repeated(Tensor values) => values.repeat_interleave(_particles, 1).unbind(0);

    /// <summary>Adds ln p(o_t | features) for those sequences that have a reading.</summary>
    private Tensor Explain(int modality, int step, Tensor features, Tensor weight)
    {
        var readings = _batch.Modalities[modality];
        var first = readings.Rows.lt((long)step * _batch.Count).sum().item<long>();
        var count = readings.Rows.lt((step + 1L) * _batch.Count).sum().item<long>() - first;
        if (count == 0)
            return weight;
        var sequences = readings.Rows.narrow(0, first, count) - ((long)step * _batch.Count);
        var rows = ((sequences.unsqueeze(-1) * _particles) + arange(_particles, dtype: ScalarType.Int64).unsqueeze(0)).flatten();
        var values = readings.Values.narrow(0, first, count).repeat_interleave(_particles, 0);
        var loss = _model.Decoder.NegativeLogLikelihood(modality, features.index_select(0, rows), values).squeeze(-1);
        return weight.index_add(0, rows, loss, -1);
    }
}
