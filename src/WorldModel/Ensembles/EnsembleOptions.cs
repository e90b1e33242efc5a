using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.TorchExtras;

namespace Robotics.WorldModel.Ensembles;

/// <summary>
/// The ensemble's networks and their training. The defaults are those that Chua et al. 2018 published for the pusher and the
/// reacher (config/pusher.py of the authors' code), save for <see cref="NormalizeTargets"/>. Immutable; thread-safe.
/// </summary>
public sealed record EnsembleOptions : IValidatable
{
    private readonly int _members = 5;

    /// <summary>Kind of model: an ensemble or one network, probabilistic or deterministic. Default: a probabilistic ensemble.</summary>
    public EnsembleKind Kind { get; init; } = EnsembleKind.PE;

    /// <summary>Networks in the ensemble, 1 to 64; always 1 for the kinds that are one network. Default: 5.</summary>
    [Range(1, 64)]
    public int Members
    {
        get => Kind is EnsembleKind.P or EnsembleKind.D ? 1 : _members;
        init => _members = value;
    }

    /// <summary>True when the networks predict no variance.</summary>
    public bool IsDeterministic => Kind is EnsembleKind.DE or EnsembleKind.D;

    /// <summary>Units of each hidden layer, 1 to 8 layers of 1 to 4096. Default: three of 200.</summary>
    public int[] Hidden { get; init; } = [200, 200, 200];

    /// <summary>
    /// L2 coefficient of each layer, the output layer too; 0 or more. The loss gets coefficient · ½ · ‖W‖² per layer.
    /// Default: 0.00025 for the first, 0.00075 for the last, 0.0005 for those between.
    /// </summary>
    public double[]? WeightDecay { get; init; }

    /// <summary>Adam's step size, above 0, at most 1. Default: 0.001.</summary>
    [Range(0, 1, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Transitions per member and gradient step, 1 to 65536. Default: 32.</summary>
    [Range(1, 65_536)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Passes over all experience per training, 1 to 10000. Default: 5.</summary>
    [Range(1, 10_000)]
    public int Epochs { get; init; } = 5;

    /// <summary>Maximum gradient steps per training, 1 or more; none by default. The paper has no such limit.</summary>
    [Range(1, double.MaxValue)]
    public long? MaximumUpdates { get; init; }

    /// <summary>
    /// True when the last layer predicts in units of each target's std over all experience. Without it, as
    /// published, an element that changes little per step, such as a position in metres, is lost in the lower bound of the variance,
    /// which begins at a standard deviation of 0.007. Default: true.
    /// </summary>
    public bool NormalizeTargets { get; init; } = true;

    /// <summary>Initial value of the learned upper bounds of the log-variances. Default: 0.5.</summary>
    public double InitialMaximumLogVariance { get; init; } = 0.5;

    /// <summary>Initial value of the learned lower bounds of the log-variances. Default: −10.</summary>
    public double InitialMinimumLogVariance { get; init; } = -10;

    /// <summary>Weight of the penalty on the distance between the bounds, 0 or more. Default: 0.01.</summary>
    [Range(0, double.MaxValue)]
    public double LogVarianceBoundsPenalty { get; init; } = 0.01;

    /// <summary>
    /// β of the loss, 0 to 1: each element's loss is weighted by its variance to this power. At 0, the likelihood, means are hardly
    /// learned where the variance has grown first; at 1 they learn as from squared errors. Default: 0, as in the paper.
    /// </summary>
    [Range(0, 1)]
    public double NllBeta { get; init; }

    /// <summary>True when members share all layers but the last. Default: false.</summary>
    internal bool SharedTrunk { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the parameter's name is the property's.</exception>
    public void Validate()
    {
        OptionRange.Check(this);
        Require(Hidden.Length is >= 1 and <= 8, nameof(Hidden), $"must name 1 to 8 layers, not {Hidden.Length}");
        Require(Hidden.All(h => h is >= 1 and <= 4096), nameof(Hidden), "must give every layer 1 to 4096 units");
        Require(WeightDecay is null || WeightDecay.Length == Hidden.Length + 1,
            nameof(WeightDecay), $"must have {Hidden.Length + 1} numbers, one per hidden layer and one for the output");
        Require(WeightDecay is null || WeightDecay.All(d => d >= 0 && double.IsFinite(d)),
            nameof(WeightDecay), "must hold finite values of 0 or more");
        Require(double.IsFinite(InitialMaximumLogVariance), nameof(InitialMaximumLogVariance), "must be finite");
        Require(double.IsFinite(InitialMinimumLogVariance) && InitialMinimumLogVariance < InitialMaximumLogVariance,
            nameof(InitialMinimumLogVariance), $"must be below {InitialMaximumLogVariance}, where the upper bound starts");
    }

    /// <summary>The L2 coefficient of each layer: <see cref="WeightDecay"/>, or the published one for this depth.</summary>
    public double[] LayerDecay() => WeightDecay ?? [0.00025, .. Enumerable.Repeat(0.0005, Hidden.Length - 1), 0.00075];

    /// <summary>Adam with the L2 terms of the layers, for a model of these options.</summary>
    internal FusedAdam Adam(ProbabilisticEnsemble model, double maximumGradientNorm = double.PositiveInfinity) =>
        new(model, new FusedAdamOptions
        {
            LearningRate = LearningRate,
            MaximumGradientNorm = maximumGradientNorm,
            L2 = LayerDecay().Select((c, i) => ($"layers.{i}.weight", c)).ToDictionary(),
        });

    private static void Require(bool condition, string name, string what)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name, what);
    }
}
