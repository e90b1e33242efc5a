using Robotics.Core.Terms;

namespace Robotics.Configuration.Expressions;

/// <summary>
/// The value of a part of an expression: terms with their units (null where none is known: numbers, products, rewards) and,
/// for a task's terms, the names of the elements.
/// </summary>
internal sealed record TermVector(Term[] Terms, string?[] Units, IReadOnlyList<string>? ElementNames = null)
{
    public static readonly IReadOnlyList<string> Axes = ["x", "y", "z"];

    public int Count => Terms.Length;

    public bool IsScalar => Terms.Length == 1;

    public static TermVector Plain(params Term[] terms) => new(terms, new string?[terms.Length]);

    public static TermVector From(string unit, Term[] terms, IReadOnlyList<string>? names = null) =>
        new(terms, [.. terms.Select(_ => unit)], names ?? (terms.Length == 3 ? Axes : null));

    public TermVector Map(Func<Term, Term> map, bool keepUnits = false) =>
        new([.. Terms.Select(map)], keepUnits ? Units : new string?[Count]);

    public TermVector Slice(int from, int to) => new(Terms[from..to], Units[from..to]);

    /// <summary>Element i; a scalar stands for as many equal elements as needed.</summary>
    public (Term Term, string? Unit) At(int i) => IsScalar ? (Terms[0], Units[0]) : (Terms[i], Units[i]);
}
