using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.SequenceModels.Sequences;

namespace Robotics.SequenceModels.Refinement;

/// <summary>Training options of a refinement for the control loop. Immutable; thread-safe.</summary>
public sealed record RefinementOptions : IValidatable
{
    /// <summary>Number of posterior updates per correction, 1 to 32. Default: 4.</summary>
    [Range(1, 32)]
    public int Iterations { get; init; } = 4;

    /// <summary>Units of the network's hidden layer, 1 to 4096. Default: 64.</summary>
    [Range(1, 4096)]
    public int Width { get; init; } = 64;

    /// <summary>Gradient steps, 1 to 10,000,000. Default: 2000.</summary>
    [Range(1, 10_000_000)]
    public int Updates { get; init; } = 2000;

    /// <summary>Time steps in a batch, 1 to 4096. Default: 128.</summary>
    [Range(1, 4096)]
    public int Batch { get; init; } = 128;

    /// <summary>Steps in a sequence that the model filters for it, 2 to 1000. Default: 16.</summary>
    [Range(2, 1000)]
    public int Length { get; init; } = 16;

    /// <summary>
    /// True to begin at the product of prior and experts in place of the prior; null for true when there are cameras, which it uses no
    /// other way. Default: null.
    /// </summary>
    public bool? StartsFromExperts { get; init; }

    /// <summary>Dropout of readings in training, for robustness to missing observations.</summary>
    public ModalityDropout Dropout { get; init; } = new();

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        Dropout.Validate();
    }
}
