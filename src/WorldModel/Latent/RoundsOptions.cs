using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.WorldModel.Latent;

/// <summary>
/// Rounds of planned episodes, each followed by gradient steps on the filter's beliefs (<see cref="LatentSchedule.Rounds"/>). Immutable;
/// thread-safe.
/// </summary>
public sealed record RoundsOptions : IValidatable
{
    /// <summary>Gradient steps before the first round, 0 to 1,000,000. Default: 0.</summary>
    [Range(0, 1_000_000)]
    public int FirstUpdates { get; init; }

    /// <summary>Number of rounds, 0 to 10,000. Default: 0.</summary>
    [Range(0, 10_000)]
    public int Count { get; init; }

    /// <summary>Planned episodes of a round, 1 to 10,000. Default: 25.</summary>
    [Range(1, 10_000)]
    public int Episodes { get; init; } = 25;

    /// <summary>Gradient steps of a round, 0 to 1,000,000. Default: 300.</summary>
    [Range(0, 1_000_000)]
    public int Updates { get; init; } = 300;

    /// <summary>
    /// Gradient steps of the filter in each round, after its episodes and before all others, 0 to 1,000,000; with 0 the filter is fixed.
    /// Default: 0.
    /// </summary>
    [Range(0, 1_000_000)]
    public int FilterUpdates { get; init; }

    /// <summary>
    /// True to collect a round's episodes during the gradient steps of the round before, on a thread of their own and with the weights from
    /// before those steps; the first round's episodes always come after. Default: false.
    /// </summary>
    public bool CollectConcurrently { get; init; }

    /// <summary>Gradient steps on all episodes after the last round, 0 to 1,000,000. Default: 0.</summary>
    [Range(0, 1_000_000)]
    public int FinalUpdates { get; init; }

    /// <summary>
    /// True to train multi-step dynamics too, in which value and actor are then trained. Only <c>belief_ensemble</c> and the algorithms
    /// whose actor acts by itself leave this open. Default: true.
    /// </summary>
    public bool TrainMultiStepDynamics { get; init; } = true;

    /// <summary>Gradient steps over the whole training.</summary>
    public int TotalUpdates => FirstUpdates + (Count * Updates) + FinalUpdates;

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
