using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.SequenceModels.Training;

/// <summary>Options for pretraining the image encoders before the sequence model. Immutable; thread-safe.</summary>
public sealed record ImagePretraining : IValidatable
{
    /// <summary>Gradient steps for each camera, 0 (none) to 10,000,000. Default: 0.</summary>
    [Range(0, 10_000_000)]
    public int Updates { get; init; }

    /// <summary>Images in a batch, 1 to 65,536. Default: 128.</summary>
    [Range(1, 65_536)]
    public int BatchSize { get; init; } = 128;

    /// <summary>Adam's step size, above 0, up to 1. Default: 0.002.</summary>
    [Range(1e-9, 1)]
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>β, the weight of the KL (Higgins et al. 2017), 0 to 1000. Default: 1.</summary>
    [Range(0, 1000)]
    public double Beta { get; init; } = 1;

    /// <summary>Dimension of an image's code, 1 to 1024. Default: 32.</summary>
    [Range(1, 1024)]
    public int Code { get; init; } = 32;

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
