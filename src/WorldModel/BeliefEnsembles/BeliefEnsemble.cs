using Robotics.Core.Randomness;
using Robotics.Inference.Latent;
using Robotics.WorldModel.Ensembles;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.WorldModel.BeliefEnsembles;

/// <summary>
/// A probabilistic ensemble (Chua et al. 2018) over a filter's beliefs: member k maps (h, s, a) to Gaussians over the change of h and
/// over the next s, in the filter's own coordinates, and (h, s) to the reward of arriving there. All members run in one batched product
/// per layer. Not thread-safe; not for the tick path (see <c>Robotics.Inference</c> for that).
/// </summary>
/// <remarks>
/// Keys: <c>dynamics.*</c> and <c>reward.*</c>, each as <see cref="ProbabilisticEnsemble"/> has them; the dynamics' outputs are first
/// those of Δh, then those of s'.
/// </remarks>
public sealed class BeliefEnsemble : nn.Module
{
    [ComponentName(Name = "dynamics")]
    private readonly ProbabilisticEnsemble _dynamics;

    [ComponentName(Name = "reward")]
    private readonly ProbabilisticEnsemble _reward;

    /// <summary>Creates untrained networks.</summary>
    /// <param name="deterministic">Dimension of h.</param>
    /// <param name="stochastic">Dimension of s.</param>
    /// <param name="actions">Action dimension.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="key">Random key of the initial weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public BeliefEnsemble(int deterministic, int stochastic, int actions, BeliefEnsembleOptions options, RandomKey key)
        : base(nameof(BeliefEnsemble))
    {
        options.Validate();
        (Deterministic, Stochastic, ActionDimension, Options) = (deterministic, stochastic, actions, options);
        _dynamics = new ProbabilisticEnsemble(options.Dynamics(), FeatureDimension + actions, FeatureDimension, key.Derive("dynamics"));
        _reward = new ProbabilisticEnsemble(options.Reward(), FeatureDimension, 1, key.Derive("reward"));
        RegisterComponents();
    }

    /// <summary>Dimension of h.</summary>
    public int Deterministic { get; }

    /// <summary>Dimension of s.</summary>
    public int Stochastic { get; }

    /// <summary>Dimension of (h, s).</summary>
    public int FeatureDimension => Deterministic + Stochastic;

    /// <summary>Action dimension.</summary>
    public int ActionDimension { get; }

    /// <summary>Its sizes and its training.</summary>
    public BeliefEnsembleOptions Options { get; }

    /// <summary>(h, s, a) to Δh and s'.</summary>
    public ProbabilisticEnsemble Dynamics => _dynamics;

    /// <summary>(h, s) to the reward.</summary>
    public ProbabilisticEnsemble Reward => _reward;

    /// <summary>One step of every member.</summary>
    /// <param name="features">(h, s), [member × row × feature].</param>
    /// <param name="actions">[member × row × action].</param>
    /// <returns>The mean of (h', s') and the log-variances, each [member × row × feature].</returns>
    public (Tensor Mean, Tensor LogVariance) Advance(Tensor features, Tensor actions)
    {
        var (mean, logVariance) = _dynamics.forward(_dynamics.Normalise(cat([features, actions], 2)));
        var path = features.narrow(2, 0, Deterministic) + mean.narrow(2, 0, Deterministic);
        return (cat([path, mean.narrow(2, Deterministic, Stochastic)], 2), logVariance);
    }

    /// <summary>The expected reward of every member on arriving: [member × row × 1] of [member × row × feature].</summary>
    public Tensor RewardOf(Tensor features) => _reward.forward(_reward.Normalise(features)).Mean;

    /// <summary>A copy of the weights as they are now, in the format of the inference engine.</summary>
    public BeliefEnsembleWeights Export() => BeliefEnsembleExport.From(this);
}
