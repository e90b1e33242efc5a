namespace Robotics.Configuration.Expressions;

/// <summary>Names that a task may give to terms and definitions.</summary>
internal static class ExpressionNames
{
    /// <summary>The action in [−1, 1].</summary>
    public const string Action = "action";

    /// <summary>The action in SI units, or the step that it asks for with a delta action.</summary>
    public const string Command = "command";

    /// <summary>Operators that are written as words.</summary>
    public static readonly IReadOnlyList<string> Words = ["and", "or", "not"];

    /// <summary>Error message for a name; null when the name is valid.</summary>
    public static string? Problem(string name)
    {
        if (!char.IsAsciiLetter(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            return $"'{name}' cannot be used in expressions; a name has letters, digits and underscores and begins with a letter";
        return name is Action or Command || Words.Contains(name)
            || ExpressionCompiler.Constants.ContainsKey(name) || ExpressionFunctions.Names.Contains(name)
            ? $"'{name}' has a meaning of its own in expressions; choose another name"
            : null;
    }
}
