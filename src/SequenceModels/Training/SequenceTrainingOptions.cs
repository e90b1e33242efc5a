using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.SequenceModels.Sequences;

namespace Robotics.SequenceModels.Training;

/// <summary>Training options of a sequence model. Immutable; thread-safe.</summary>
public sealed record SequenceTrainingOptions : IValidatable
{
    /// <summary>Sequences in a batch, 1 to 4096. Default: 16.</summary>
    [Range(1, 4096)]
    public int BatchSize { get; init; } = 16;

    /// <summary>Steps in a sequence, 2 to 1000. Default: 32.</summary>
    [Range(2, 1000)]
    public int Length { get; init; } = 32;

    /// <summary>Adam's step size, above 0, up to 1. Default: 0.001.</summary>
    [Range(1e-9, 1)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>
    /// Update at which the step size begins to fall linearly, to a tenth after <see cref="DecayUpdates"/> more, where it
    /// stays; it follows from the update's number alone. Default: 0; without <see cref="DecayUpdates"/> it never falls.
    /// </summary>
    [Range(0, 100_000_000)]
    public long DecayAfter { get; init; }

    /// <summary>Updates over which the step size falls to a tenth, 0 to 100 million; 0 for a constant one. Default: 0.</summary>
    [Range(0, 100_000_000)]
    public long DecayUpdates { get; init; }

    /// <summary>Adam's ε. Default: 1e-4, as Hafner et al. 2019.</summary>
    [Range(1e-12, 1)]
    public double Epsilon { get; init; } = 1e-4;

    /// <summary>Maximum gradient norm, above 0. Default: 1000.</summary>
    [Range(1e-9, 1e9)]
    public double MaximumGradientNorm { get; init; } = 1000;

    /// <summary>Weight of the KL, 0 to 1000. Default: 1.</summary>
    [Range(0, 1000)]
    public double Beta { get; init; } = 1;

    /// <summary>Free nats of the KL per step, 0 to 1000. Default: 1.</summary>
    [Range(0, 1000)]
    public double FreeNats { get; init; } = 1;

    /// <summary>
    /// Share of the KL's gradient that moves the prior; the rest moves the posterior (Hafner et al. 2021). 0.5 moves both
    /// alike, which is no balancing. Default: 0.5.
    /// </summary>
    [Range(0, 1)]
    public double Balance { get; init; } = 0.5;

    /// <summary>D of latent overshooting, 1 (none) to 100. Default: 1.</summary>
    [Range(1, 100)]
    public int OvershootingDistance { get; init; } = 1;

    /// <summary>β_d of latent overshooting for d &gt; 1, 0 to 1000. Default: 1.</summary>
    [Range(0, 1000)]
    public double OvershootingBeta { get; init; } = 1;

    /// <summary>Weight of the log-likelihood of images in the loss, 0 to 1000. Default: 1.</summary>
    [Range(0, 1000)]
    public double PictureWeight { get; init; } = 1;

    /// <summary>Pretraining of the image encoders. Default: none.</summary>
    public ImagePretraining Pictures { get; init; } = new();

    /// <summary>Dropout of readings.</summary>
    public ModalityDropout Dropout { get; init; } = new();

    /// <summary>Adam's step size at an update.</summary>
    /// <param name="update">Gradient steps taken before it.</param>
    public double LearningRateAt(long update) => DecayUpdates <= 0 ? LearningRate
        : LearningRate * (1 - (0.9 * Math.Clamp((update - DecayAfter) / (double)DecayUpdates, 0, 1)));

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        Pictures.Validate();
        Dropout.Validate();
    }

}
