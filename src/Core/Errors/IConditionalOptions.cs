namespace Robotics.Core.Errors;

/// <summary>Options some of which have an effect only as others choose. Whoever reads them from a file refuses those without.</summary>
public interface IConditionalOptions
{
    /// <summary>The options that have no effect as the others are.</summary>
    IEnumerable<UnusedOption> FindUnused();
}

/// <summary>An option without effect. Immutable.</summary>
/// <param name="Path">The property; of nested options names separated by dots.</param>
/// <param name="Reason">Why it has none, and what to do, without a full stop.</param>
/// <param name="ChosenBy">The properties that chose so.</param>
public sealed record UnusedOption(string Path, string Reason, params IReadOnlyList<string> ChosenBy);
