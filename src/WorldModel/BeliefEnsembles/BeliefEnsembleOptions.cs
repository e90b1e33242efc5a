using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.WorldModel.Ensembles;

namespace Robotics.WorldModel.BeliefEnsembles;

/// <summary>Sizes and training of a <see cref="BeliefEnsemble"/>. Immutable; thread-safe.</summary>
public sealed record BeliefEnsembleOptions : IValidatable
{
    /// <summary>Networks, 1 to 64. Default: 5.</summary>
    [Range(1, 64)]
    public int Members { get; init; } = 5;

    /// <summary>Units of the dynamics' hidden layers, 1 to 8 layers of 1 to 4096. Default: two of 200.</summary>
    public int[] Hidden { get; init; } = [200, 200];

    /// <summary>Units of the reward heads' hidden layers, 1 to 8 layers of 1 to 4096. Default: two of 200.</summary>
    public int[] RewardHidden { get; init; } = [200, 200];

    /// <summary>
    /// True when members share all layers but the last: a shared-trunk ensemble, cheaper to train and less independent. Default: false.
    /// </summary>
    public bool SharedTrunk { get; init; }

    /// <summary>Adam's step size, above 0, up to 1. Default: 0.001.</summary>
    [Range(1e-9, 1)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>L2 coefficient of every layer, 0 to 1. Default: 1e-5.</summary>
    [Range(0, 1)]
    public double WeightDecay { get; init; } = 1e-5;

    /// <summary>K, open-loop steps of the members in training, 1 (none) to 100. Default: 5.</summary>
    [Range(1, 100)]
    public int OpenLoopSteps { get; init; } = 5;

    /// <summary>Weight of the open-loop term, 0 to 1000. Default: 1.</summary>
    [Range(0, 1000)]
    public double OpenLoopWeight { get; init; } = 1;

    /// <summary>Weight of the rewards' errors relative to the beliefs', 0 to 1e6. Default: 100.</summary>
    [Range(0, 1e6)]
    public double RewardWeight { get; init; } = 100;

    /// <summary>
    /// β of the loss, 0 to 1: each element's loss is weighted by its variance to this power (Seitzer et al. 2022), so that means are
    /// learned where the variance has grown first. Default: 0.5.
    /// </summary>
    [Range(0, 1)]
    public double NllBeta { get; init; } = 0.5;

    /// <summary>Maximum gradient norm, above 0. Default: 100.</summary>
    [Range(1e-9, 1e9)]
    public double MaximumGradientNorm { get; init; } = 100;

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        Layers(Hidden, nameof(Hidden));
        Layers(RewardHidden, nameof(RewardHidden));
    }

    internal EnsembleOptions Dynamics() => Networks(Hidden, EnsembleKind.PE);

    internal EnsembleOptions Reward() => Networks(RewardHidden, EnsembleKind.DE);

    private EnsembleOptions Networks(int[] hidden, EnsembleKind kind) => new()
    {
        Kind = kind,
        Members = Members,
        SharedTrunk = SharedTrunk,
        Hidden = hidden,
        LearningRate = LearningRate,
        WeightDecay = [.. Enumerable.Repeat(WeightDecay, hidden.Length + 1)],
    };

    private static void Layers(int[] hidden, string name)
    {
        OptionRange.Check(hidden.Length, 1, 8, name);
        foreach (var units in hidden)
            OptionRange.Check(units, 1, 4096, name);
    }
}
