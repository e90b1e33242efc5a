using Robotics.Inference.Formats;
using Robotics.SequenceModels.Layers;
using Robotics.SequenceModels.Sequences;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Models;

/// <summary>
/// One generative model, p(s_t | s_{t−1}, a_t) · p(o_t | s_t), under three posteriors that differ in their dependencies:
/// <list type="bullet">
/// <item>mean-field, q(s_t | o_{1:T}): independent over time, from a recurrence in both directions;</item>
/// <item>Markovian, q(s_t | s_{t−1}, a_t, o_t): a chain that depends on the past and the present (Krishnan et al. 2017, "DKF" with one
/// step);</item>
/// <item>structured, q(s_t | s_{t−1}, a_t, o_{t:T}): a chain with the form of the true posterior, from a recurrence backwards
/// (their DKS).</item>
/// </list>
/// The step before the first is zero. Not thread-safe.
/// </summary>
public sealed class VariationalStateSpaceModel : SequenceModel
{
    [ComponentName(Name = "prior")]
    private readonly GaussianHead _prior;

    [ComponentName(Name = "posterior")]
    private readonly GaussianHead _posterior;

    [ComponentName(Name = "recurrence")]
    private readonly GRU? _recurrence;

    /// <summary>Creates an untrained model; weights are sampled from libtorch's generator.</summary>
    public VariationalStateSpaceModel(SequenceLayout layout, SequenceModelOptions options)
        : base(nameof(VariationalStateSpaceModel), layout, options, options.Stochastic, options.Stochastic)
    {
        var o = options;
        var observation = _encoder.Sizes.Sum() + _encoder.Sizes.Count;
        var chain = o.Stochastic + layout.ActionDimension;
        _prior = new GaussianHead(chain, o.Hidden, o.Stochastic, o.MinimumDeviation);
        _recurrence = Kind == SequenceModelKind.Markovian ? null
            : nn.GRU(observation + layout.ActionDimension, o.Deterministic, bidirectional: Kind == SequenceModelKind.MeanField);
        var evidence = Kind switch
        {
            SequenceModelKind.MeanField => 2 * o.Deterministic,
            SequenceModelKind.Markovian => observation + chain,
            _ => o.Deterministic + chain,
        };
        _posterior = new GaussianHead(evidence, o.Hidden, o.Stochastic, o.MinimumDeviation);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override bool IsSmoother => Kind != SequenceModelKind.Markovian;

    private SequenceModelKind Kind => Options.Kind;

    /// <inheritdoc/>
    public override InferredSequence Infer(SequenceBatch batch, bool sample)
    {
        var evidence = Evidence(batch).unbind(0);
        var actions = batch.Actions.unbind(0);
        var (priors, posteriors, states) = (new List<DiagonalGaussian>(), new List<DiagonalGaussian>(), new List<Tensor>());
        var state = zeros([batch.Count, Options.Stochastic], device: batch.Actions.device);
        for (var t = 0; t < batch.Length; t++)
        {
            var chain = cat([state, actions[t]], 1);
            var posterior = _posterior.forward(Kind == SequenceModelKind.MeanField ? evidence[t] : cat([evidence[t], chain], 1));
            priors.Add(_prior.forward(chain));
            posteriors.Add(posterior);
            state = sample ? posterior.Sample() : posterior.Mean;
            states.Add(state);
        }

        var all = stack(states);
        return new InferredSequence(all, all, DiagonalGaussian.Stack(posteriors), DiagonalGaussian.Stack(priors));
    }

    /// <inheritdoc/>
    public override Tensor Imagine(Tensor carry, Tensor actions, bool sample)
    {
        var features = new List<Tensor>();
        foreach (var action in actions.unbind(0))
        {
            var prior = _prior.forward(cat([carry, action], 1));
            carry = sample ? prior.Sample() : prior.Mean;
            features.Add(carry);
        }

        return stack(features);
    }

    private Tensor Evidence(SequenceBatch batch)
    {
        var seen = ObservationEncoder.Concatenate(_encoder.Embed(batch), batch);
        if (_recurrence is null)
            return seen;
        var input = cat([seen, batch.Actions], -1);
        return Kind == SequenceModelKind.MeanField ? _recurrence.call(input).Item1 : _recurrence.call(input.flip(0)).Item1.flip(0);
    }
}
