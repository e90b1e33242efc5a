using Robotics.Inference.Formats;
using Robotics.SequenceModels.Layers;
using Robotics.SequenceModels.Sequences;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Models;

/// <summary>
/// The variational recurrent network: Chung et al. 2015, "A Recurrent Latent Variable Model for Sequential Data", section 3. The
/// recurrence takes observation and latent, h_t = f(φ_x(o_t), z_t, h_{t−1}); prior and likelihood are conditioned on h_{t−1}. Where
/// it differs: actions enter the context c_t = silu(W·(h_{t−1}, a_t)) that prior, posterior and likelihood take in place of h_{t−1};
/// the posterior is a product of experts over modalities, as in <see cref="RecurrentStateSpaceModel"/>; without observations φ_x is
/// zero and masked, as in training with gaps. Not thread-safe.
/// </summary>
public sealed class VariationalRecurrentModel : SequenceModel
{
    [ComponentName(Name = "context")]
    private readonly Linear _context;

    [ComponentName(Name = "cell")]
    private readonly GRUCell _cell;

    [ComponentName(Name = "prior")]
    private readonly GaussianHead _prior;

    [ComponentName(Name = "experts")]
    private readonly ModuleList<ExpertHead> _experts;

    private readonly int _observation;

    /// <summary>Creates an untrained model; weights are sampled from libtorch's generator.</summary>
    public VariationalRecurrentModel(SequenceLayout layout, SequenceModelOptions options)
        : base(nameof(VariationalRecurrentModel), layout, options, options.Deterministic + options.Stochastic, options.Deterministic)
    {
        var o = options;
        _observation = _encoder.Sizes.Sum() + _encoder.Sizes.Count;
        _context = nn.Linear(o.Deterministic + layout.ActionDimension, o.Deterministic);
        _cell = nn.GRUCell(_observation + o.Stochastic, o.Deterministic);
        _prior = new GaussianHead(o.Deterministic, o.Hidden, o.Stochastic, o.MinimumDeviation);
        _experts = new ModuleList<ExpertHead>([.. _encoder.Sizes.Select(
            size => new ExpertHead(o.Deterministic, size, o.Hidden, o.Stochastic, o.MinimumDeviation))]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override InferredSequence Infer(SequenceBatch batch, bool sample)
    {
        var embeddings = _encoder.Embed(batch);
        var seen = ObservationEncoder.Concatenate(embeddings, batch).unbind(0);
        var projected = embeddings.Select((e, m) => _experts[m].Project(e).unbind(0)).ToArray();
        var masks = batch.Modalities.Select(m => m.Kept.unbind(0)).ToArray();
        var (priors, posteriors, features, carries) =
            (new List<DiagonalGaussian>(), new List<DiagonalGaussian>(), new List<Tensor>(), new List<Tensor>());
        var memory = zeros([batch.Count, CarryDimension], device: batch.Actions.device);
        var actions = batch.Actions.unbind(0);
        for (var t = 0; t < batch.Length; t++)
        {
            var context = ContextOf(memory, actions[t]);
            var prior = _prior.forward(context);
            var posterior = prior.Multiply(
                [.. projected.Select((p, m) => _experts[m].forward(context, p[t]))], [.. masks.Select(m => m[t])]);
            var latent = sample ? posterior.Sample() : posterior.Mean;
            memory = _cell.forward(cat([seen[t], latent], 1), memory);
            priors.Add(prior);
            posteriors.Add(posterior);
            features.Add(cat([context, latent], 1));
            carries.Add(memory);
        }

        return new InferredSequence(stack(features), stack(carries), DiagonalGaussian.Stack(posteriors), DiagonalGaussian.Stack(priors));
    }

    /// <inheritdoc/>
    public override Tensor Imagine(Tensor carry, Tensor actions, bool sample)
    {
        var features = new List<Tensor>();
        var nothing = zeros([carry.shape[0], _observation], device: carry.device);
        foreach (var action in actions.unbind(0))
        {
            var context = ContextOf(carry, action);
            var prior = _prior.forward(context);
            var latent = sample ? prior.Sample() : prior.Mean;
            carry = _cell.forward(cat([nothing, latent], 1), carry);
            features.Add(cat([context, latent], 1));
        }

        return stack(features);
    }

    private Tensor ContextOf(Tensor memory, Tensor action) => nn.functional.silu(_context.forward(cat([memory, action], 1)));
}
