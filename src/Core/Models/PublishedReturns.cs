using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Core.Models;

/// <summary>A task's section <c>published:</c>: published results, to be compared with our own curve. Immutable.</summary>
public sealed record PublishedReturns : IValidatable
{
    /// <summary>Source of the numbers, as text.</summary>
    public required string Source { get; init; }

    /// <summary>True when each number is the best return up to its trial, not the trial's own. Default: false.</summary>
    public bool BestSoFar { get; init; }

    /// <summary>The points of their curve, at least one.</summary>
    public required IReadOnlyList<PublishedPoint> Returns { get; init; }

    /// <inheritdoc/>
    public void Validate()
    {
        if (Returns.Count == 0)
            throw new UserErrorException("'returns' lists at least one trial and its return, such as {trial: 4, return: 163}.");
    }
}

/// <summary>A point of a published learning curve. Immutable.</summary>
public sealed record PublishedPoint : IValidatable
{
    /// <summary>The trial under the planner, from 1; random trials are not counted.</summary>
    [Range(1, 1_000_000)]
    public required int Trial { get; init; }

    /// <summary>The return.</summary>
    public required double Return { get; init; }

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
