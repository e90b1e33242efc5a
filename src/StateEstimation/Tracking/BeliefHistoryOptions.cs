using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.StateEstimation.Tracking;

/// <summary>Size of a <see cref="BeliefHistory"/>. Immutable.</summary>
public sealed record BeliefHistoryOptions : IValidatable
{
    /// <summary>K, ticks that a datum may be late and still be applied where it belongs. Default 16; 1 to 1000.</summary>
    [Range(1, 1000)]
    public int Ticks { get; init; } = 16;

    /// <summary>Action dimension.</summary>
    [Range(0, 10_000)]
    public required int ActionDimension { get; init; }

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
