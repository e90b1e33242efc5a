using Robotics.Inference.Formats;
using Robotics.SequenceModels.Layers;
using Robotics.SequenceModels.Sequences;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Models;

/// <summary>
/// The stochastic recurrent network: Fraccaro et al. 2016, "Sequential Neural Models with Stochastic Layers", sections 3 and 4. A
/// deterministic layer d_t = f(d_{t−1}, u_t) with u_t = (a_t, o_{t−1}) below a state-space model p(z_t | z_{t−1}, d_t); the posterior
/// q(z_t | z_{t−1}, b_t) smooths by a recurrence b_t = g(b_{t+1}, d_t, o_t) that runs backwards, and its mean is the prior's plus a
/// correction (their Res_q). Where it differs: observations are embedded, missing ones are zero with a mask. Not thread-safe.
/// </summary>
public sealed class StochasticRecurrentModel : SequenceModel
{
    [ComponentName(Name = "forward")]
    private readonly GRUCell _forward;

    [ComponentName(Name = "backward")]
    private readonly GRU _backward;

    [ComponentName(Name = "prior")]
    private readonly GaussianHead _prior;

    [ComponentName(Name = "posterior")]
    private readonly GaussianHead _posterior;

    private readonly int _observation;

    /// <summary>Creates an untrained model; weights are sampled from libtorch's generator.</summary>
    public StochasticRecurrentModel(SequenceLayout layout, SequenceModelOptions options)
        : this(layout, options, ObservationEncoder.SizesOf(layout, options).Sum() + layout.Modalities.Count)
    {
    }

    private StochasticRecurrentModel(SequenceLayout layout, SequenceModelOptions options, int observation)
        : base(nameof(StochasticRecurrentModel), layout, options,
            options.Deterministic + options.Stochastic, options.Deterministic + options.Stochastic + observation)
    {
        var o = options;
        _observation = observation;
        _forward = nn.GRUCell(layout.ActionDimension + observation, o.Deterministic);
        _backward = nn.GRU(o.Deterministic + observation, o.Deterministic);
        _prior = new GaussianHead(o.Deterministic + o.Stochastic, o.Hidden, o.Stochastic, o.MinimumDeviation);
        _posterior = new GaussianHead(o.Deterministic + o.Stochastic, o.Hidden, o.Stochastic, o.MinimumDeviation);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override bool IsSmoother => true;

    /// <inheritdoc/>
    public override InferredSequence Infer(SequenceBatch batch, bool sample)
    {
        var seen = ObservationEncoder.Concatenate(_encoder.Embed(batch), batch);
        var paths = Paths(batch, seen);
        var (reversed, _) = _backward.call(cat([paths, seen], -1).flip(0));
        var back = reversed.flip(0).unbind(0);
        var (priors, posteriors, latents) = (new List<DiagonalGaussian>(), new List<DiagonalGaussian>(), new List<Tensor>());
        var latent = zeros([batch.Count, Options.Stochastic], device: batch.Actions.device);
        var path = paths.unbind(0);
        for (var t = 0; t < batch.Length; t++)
        {
            var prior = _prior.forward(cat([path[t], latent], 1));
            var correction = _posterior.forward(cat([back[t], latent], 1));
            var posterior = correction with { Mean = prior.Mean + correction.Mean };
            latent = sample ? posterior.Sample() : posterior.Mean;
            priors.Add(prior);
            posteriors.Add(posterior);
            latents.Add(latent);
        }

        var features = cat([paths, stack(latents)], -1);
        return new InferredSequence(
            features, cat([features, seen], -1), DiagonalGaussian.Stack(posteriors), DiagonalGaussian.Stack(priors));
    }

    /// <inheritdoc/>
    public override Tensor Imagine(Tensor carry, Tensor actions, bool sample)
    {
        var path = carry.narrow(1, 0, Options.Deterministic);
        var latent = carry.narrow(1, Options.Deterministic, Options.Stochastic);
        var seen = carry.narrow(1, FeatureDimension, _observation);
        var features = new List<Tensor>();
        foreach (var action in actions.unbind(0))
        {
            path = _forward.forward(cat([action, seen], 1), path);
            var prior = _prior.forward(cat([path, latent], 1));
            latent = sample ? prior.Sample() : prior.Mean;
            seen = zeros_like(seen);
            features.Add(cat([path, latent], 1));
        }

        return stack(features);
    }

    private Tensor Paths(SequenceBatch batch, Tensor seen)
    {
        var (actions, observed) = (batch.Actions.unbind(0), seen.unbind(0));
        var path = zeros([batch.Count, Options.Deterministic], device: batch.Actions.device);
        var paths = new List<Tensor>();
        for (var t = 0; t < batch.Length; t++)
        {
            path = _forward.forward(cat([actions[t], t == 0 ? zeros_like(observed[0]) : observed[t - 1]], 1), path);
            paths.Add(path);
        }

        return stack(paths);
    }
}
