using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.SequenceModels.Training;

namespace Robotics.Learning.Settings;

/// <summary>A task's section <c>estimator:</c>: the inputs of a state estimator and its training. Immutable.</summary>
internal sealed record EstimatorSettings : IValidatable
{
    /// <summary>Observed terms that are inputs. Default: none.</summary>
    public string[] Terms { get; init; } = [];

    /// <summary>Cameras that are inputs. Default: none.</summary>
    public string[] Cameras { get; init; } = [];

    /// <summary>Gradient steps, 1 to 10,000,000. Default: 5000.</summary>
    [Range(1, 10_000_000)]
    public int Updates { get; init; } = 5000;

    /// <summary>Training episodes of smooth random actions, 1 to 100,000. Default: 60.</summary>
    [Range(1, 100_000)]
    public int Episodes { get; init; } = 60;

    /// <summary>
    /// Steps of a training episode, 2 or more; null for the task's horizon. A quantity that is constant in an episode, such as a goal, is
    /// better learned from many short episodes than from few long ones; every fourth still runs to the horizon. Default: null.
    /// </summary>
    [Range(2, 1_000_000)]
    public int? EpisodeSteps { get; init; }

    /// <summary>Validation episodes, 1 to 10,000. Default: 8.</summary>
    [Range(1, 10_000)]
    public int HeldOut { get; init; } = 8;

    /// <summary>Correlation of successive random actions, 0 to 0.999. Default: 0.85.</summary>
    [Range(0, 0.999)]
    public double ActionCorrelation { get; init; } = 0.85;

    /// <summary>Standard deviation of random actions, above 0, up to 3. Default: 0.6.</summary>
    [Range(1e-3, 3)]
    public double ActionDeviation { get; init; } = 0.6;

    /// <summary>Std σ of the reward's likelihood, above 0, up to 1000; null for the model preset's. Default: null.</summary>
    [Range(1e-4, 1000)]
    public double? RewardDeviation { get; init; }

    /// <summary>Options of its training.</summary>
    public SequenceTrainingOptions Training { get; init; } = new();

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        Training.Validate();
    }
}
