
namespace Robotics.TorchExtras;

/// <summary>Settings of <see cref="FusedAdam"/>. Immutable.</summary>
public sealed record FusedAdamOptions
{
    /// <summary>Step size α. Default: 0.001.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>ε, added to √v̂. Default: 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Maximum of the gradients' common Euclidean norm; they are scaled down to it. Default: none.</summary>
    public double MaximumGradientNorm { get; init; } = double.PositiveInfinity;

    /// <summary>Coefficient c of the L2 term c·½‖W‖² by parameter name; 0 for parameters that are not named. Default: none.</summary>
    public IReadOnlyDictionary<string, double> L2 { get; init; } = new Dictionary<string, double>();
}
