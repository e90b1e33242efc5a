namespace Robotics.Studies.Mechanism;

/// <summary>What <c>eval model</c> was asked for. Immutable.</summary>
/// <param name="Seeds">The seeds, at least one.</param>
/// <param name="Quick">Whether a small version will do: to see that it works, not to quote.</param>
/// <param name="Tasks">The tasks of the suites that learn tasks; null for the suite's own.</param>
/// <param name="Trials">Trials under the planner; null for the suite's own number.</param>
/// <param name="Threads">Processes side by side.</param>
internal sealed record StudyRequest(IReadOnlyList<ulong> Seeds, bool Quick, IReadOnlyList<string>? Tasks, int? Trials, int Threads);
