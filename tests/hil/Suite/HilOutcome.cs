namespace Robotics.Hil.Suite;

/// <summary>Result of a check.</summary>
internal enum HilVerdict
{
    /// <summary>The check ran and its criterion held.</summary>
    Passed,

    /// <summary>The check ran and its criterion did not hold.</summary>
    Failed,

    /// <summary>The check was not run; that is never a pass.</summary>
    Skipped,
}

/// <summary>Result of one check. Immutable.</summary>
/// <param name="Name">Name of the check.</param>
/// <param name="Verdict">Verdict.</param>
/// <param name="Sentence">Measured and compared values, or the reason for skipping.</param>
/// <param name="Figures">Measured figures by name, with their units in the names.</param>
/// <param name="Seconds">Duration of the check, s.</param>
internal sealed record HilOutcome(
    string Name, HilVerdict Verdict, string Sentence, IReadOnlyDictionary<string, double> Figures, double Seconds)
{
    /// <summary>A result without figures.</summary>
    public static HilOutcome Skip(string sentence) => new("", HilVerdict.Skipped, sentence, new Dictionary<string, double>(), 0);

    /// <summary>A result by a criterion.</summary>
    public static HilOutcome From(bool passed, string sentence, params IEnumerable<(string Name, double Value)> figures) => new(
        "", passed ? HilVerdict.Passed : HilVerdict.Failed, sentence, figures.ToDictionary(f => f.Name, f => f.Value), 0);
}
