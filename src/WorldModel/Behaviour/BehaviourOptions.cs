using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Behaviour;

/// <summary>Options of the training of value and policy in imagined rollouts. Immutable; thread-safe.</summary>
public sealed record BehaviourOptions : IValidatable
{
    /// <summary>Units of hidden layers, 1 to 8 layers of 1 to 4096. Default: two of 200.</summary>
    public int[] Hidden { get; init; } = [200, 200];

    /// <summary>H, horizon of an imagined rollout, steps, 1 to 1000. Default: 15, as Hafner et al. 2020.</summary>
    [Range(1, 1000)]
    public int Horizon { get; init; } = 15;

    /// <summary>Beliefs of a batch from which rollouts start, 1 to 1,000,000; all where there are fewer. Default: 128.</summary>
    [Range(1, 1_000_000)]
    public int Starts { get; init; } = 128;

    /// <summary>γ, discount factor per step, 0.1 to 0.9999. Default: 0.97: at 20 Hz the weight falls to a third in 1.7 s.</summary>
    [Range(0.1, 0.9999)]
    public double Discount { get; init; } = 0.97;

    /// <summary>λ of the λ-returns, 0 to 1. Default: 0.95.</summary>
    [Range(0, 1)]
    public double Lambda { get; init; } = 0.95;

    /// <summary>Adam's step size of the actor, above 0, up to 1. Default: 3e-4.</summary>
    [Range(1e-9, 1)]
    public double ActorLearningRate { get; init; } = 3e-4;

    /// <summary>Adam's step size of the value, above 0, up to 1. Default: 3e-4.</summary>
    [Range(1e-9, 1)]
    public double ValueLearningRate { get; init; } = 3e-4;

    /// <summary>Rate at which the slow copy of the value follows it, per update, above 0, up to 1. Default: 0.02.</summary>
    [Range(1e-6, 1)]
    public double TargetShare { get; init; } = 0.02;

    /// <summary>Weight of the actor's entropy, reward per nat; 0 to 10. Default: 0.0003.</summary>
    [Range(0, 10)]
    public double Entropy { get; init; } = 3e-4;

    /// <summary>Minimum std of the actor before the tanh, 0.001 to 1. Default: 0.1.</summary>
    [Range(1e-3, 1)]
    public double MinimumDeviation { get; init; } = 0.1;

    /// <summary>Maximum norm of a gradient, above 0. Default: 100.</summary>
    [Range(1e-9, 1e9)]
    public double MaximumGradientNorm { get; init; } = 100;

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(Hidden.Length, 1, 8, nameof(Hidden));
        foreach (var units in Hidden)
            OptionRange.Check(units, 1, 4096, nameof(Hidden));
        OptionRange.Check(this);
    }

    /// <summary>Adam for one of the networks.</summary>
    internal FusedAdam Adam(nn.Module network, double learningRate) =>
        new(network, new FusedAdamOptions { LearningRate = learningRate, MaximumGradientNorm = MaximumGradientNorm });
}
