namespace Robotics.Studies.Mechanism;

/// <summary>Options of a study. Immutable.</summary>
/// <param name="Seeds">The seeds, at least one.</param>
/// <param name="Quick">True for a small version that shows that the study works; its numbers are not for quoting.</param>
internal sealed record StudyOptions(IReadOnlyList<ulong> Seeds, bool Quick)
{
    /// <summary>Run folders of trained estimators; empty if none was named.</summary>
    public IReadOnlyList<string> Estimators { get; init; } = [];

    /// <summary>Tasks to learn; null for the study's own.</summary>
    public IReadOnlyList<string>? Tasks { get; init; }

    /// <summary>Trials under the planner; null for the study's own number.</summary>
    public int? Trials { get; init; }

    /// <summary>Names of the conditions to compare; null for all.</summary>
    public IReadOnlyList<string>? Conditions { get; init; }

    /// <summary>Processes side by side.</summary>
    public int Threads { get; init; } = 1;
}
