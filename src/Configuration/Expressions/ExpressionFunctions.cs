using Robotics.Configuration.Yaml;
using Robotics.Core.Terms;

namespace Robotics.Configuration.Expressions;

/// <summary>The functions of the expression language.</summary>
internal static class ExpressionFunctions
{
    private delegate TermVector Body(ExpressionCompiler compiler, CallNode call, TermVector[] arguments);

    private static readonly Dictionary<string, (int Least, int Most, Body Body)> Table = new()
    {
        ["sum"] = (1, 1, (c, n, a) => Fold(a[0], c.Builder.Add, keepUnit: true)),
        ["product"] = (1, 1, (c, n, a) => Fold(a[0], c.Builder.Multiply, keepUnit: false)),
        ["min"] = (1, 16, (c, n, a) => Extreme(n, a, c.Builder.Minimum)),
        ["max"] = (1, 16, (c, n, a) => Extreme(n, a, c.Builder.Maximum)),
        ["exp"] = (1, 1, (c, n, a) => a[0].Map(c.Builder.Exponential)),
        ["sqrt"] = (1, 1, (c, n, a) => a[0].Map(c.Builder.SquareRoot)),
        ["abs"] = (1, 1, (c, n, a) => a[0].Map(c.Builder.Absolute, keepUnits: true)),
        ["square"] = (1, 1, (c, n, a) => a[0].Map(c.Builder.Square)),
        ["log"] = (1, 1, (c, n, a) => a[0].Map(c.Builder.Logarithm)),
        ["pow"] = (2, 2, (c, n, a) => ExpressionCompiler.Zip(n, a[0], a[1], c.Builder.Power, ExpressionCompiler.NoUnit)),
        ["atan2"] = (2, 2, (c, n, a) => ArcTangent(c, n, a[0], a[1])),
        ["sin"] = (1, 1, (c, n, a) => a[0].Map(c.Builder.Sine)),
        ["cos"] = (1, 1, (c, n, a) => a[0].Map(c.Builder.Cosine)),
        ["tanh"] = (1, 1, (c, n, a) => a[0].Map(c.Builder.HyperbolicTangent)),
        ["squared_norm"] = (1, 1, (c, n, a) => TermVector.Plain(c.Builder.SquaredNorm(a[0].Terms))),
        ["norm"] = (1, 1, (c, n, a) => Norm(c, a[0])),
        ["dot"] = (2, 2, (c, n, a) => Fold(SameLength(c, n, a[0], a[1], c.Builder.Multiply), c.Builder.Add, keepUnit: false)),
        ["distance"] = (2, 2, (c, n, a) => Norm(c, Difference(c, n, a))),
        ["squared_distance"] = (2, 2, (c, n, a) => TermVector.Plain(c.Builder.SquaredNorm(Difference(c, n, a).Terms))),
        ["l1_distance"] = (
            2, 2, (c, n, a) => Fold(Difference(c, n, a).Map(c.Builder.Absolute, keepUnits: true), c.Builder.Add, keepUnit: true)),
        ["greater"] = (2, 2, (c, n, a) => c.Greater(n, a[0], a[1])),
        ["where"] = (3, 3, (c, n, a) => Where(c, n, a)),
        ["clamp"] = (3, 3, (c, n, a) => Extreme(n, [Extreme(n, [a[0], a[1]], c.Builder.Maximum), a[2]], c.Builder.Minimum)),
        ["concat"] = (1, 16, (c, n, a) => new TermVector([.. a.SelectMany(v => v.Terms)], [.. a.SelectMany(v => v.Units)])),
    };

    /// <summary>The names of all functions.</summary>
    public static IEnumerable<string> Names => Table.Keys.Append(ToleranceFunction.Name);

    public static TermVector Call(ExpressionCompiler compiler, CallNode call)
    {
        if (call.Function == ToleranceFunction.Name)
            return ToleranceFunction.Call(compiler, call);
        if (!Table.TryGetValue(call.Function, out var function))
            throw new ExpressionException(call.Position, $"unknown function '{call.Function}'{Suggestion.For(call.Function, Names)}");
        if (call.Named.Count > 0)
            throw new ExpressionException(call.Named[0].Position, $"'{call.Function}' has no argument named '{call.Named[0].Name}'");
        if (call.Arguments.Count < function.Least || call.Arguments.Count > function.Most)
            throw new ExpressionException(
                call.Position, $"'{call.Function}' takes {Arity(function.Least, function.Most)}, found {call.Arguments.Count}");
        return function.Body(compiler, call, [.. call.Arguments.Select(compiler.Compile)]);
    }

    private static string Arity(int least, int most) =>
        least == most ? least == 1 ? "1 argument" : $"{least} arguments" : $"{least} or more arguments";

    private static TermVector Fold(TermVector vector, Func<Term, Term, Term> operation, bool keepUnit) =>
        new([vector.Terms.Aggregate(operation)], [keepUnit && vector.Units.Distinct().Count() == 1 ? vector.Units[0] : null]);

    // With one vector: its smallest or largest element; with several: element by element.
    private static TermVector Extreme(CallNode call, TermVector[] arguments, Func<Term, Term, Term> operation) =>
        arguments.Length == 1
            ? Fold(arguments[0], operation, keepUnit: true)
            : arguments.Aggregate((a, b) => ExpressionCompiler.Zip(call, a, b, operation, ExpressionCompiler.Common));

    private static TermVector Norm(ExpressionCompiler c, TermVector vector)
    {
        // |x| rather than √x² for one number: it has a slope at 0.
        var term = vector.IsScalar
            ? c.Builder.Absolute(vector.Terms[0])
            : c.Builder.SquareRoot(c.Builder.SquaredNorm(vector.Terms));
        return new TermVector([term], [vector.Units.Distinct().Count() == 1 ? vector.Units[0] : null]);
    }

    private static TermVector Difference(ExpressionCompiler c, CallNode call, TermVector[] arguments)
    {
        ExpressionCompiler.RequireSameUnits(call, arguments[0], arguments[1]);
        return SameLength(c, call, arguments[0], arguments[1], c.Builder.Subtract);
    }

    private static TermVector SameLength(
        ExpressionCompiler c, CallNode call, TermVector a, TermVector b, Func<Term, Term, Term> operation) =>
        a.Count == b.Count
            ? ExpressionCompiler.Zip(call, a, b, operation, ExpressionCompiler.Common)
            : throw new ExpressionException(call.Position, $"'{call.Function}' needs vectors of one length, found {a.Count} and {b.Count}");

    private static TermVector Where(ExpressionCompiler c, CallNode call, TermVector[] a)
    {
        // Element by element; one number meets every element of a vector.
        var count = a.Max(v => v.Count);
        foreach (var vector in a)
        {
            if (!vector.IsScalar && vector.Count != count)
                throw new ExpressionException(call.Position, $"a vector of {vector.Count} does not fit a vector of {count}");
        }

        var elements = Enumerable.Range(0, count).Select(i => (If: a[0].At(i), Yes: a[1].At(i), No: a[2].At(i))).ToArray();
        return new TermVector(
            [.. elements.Select(e => c.Builder.Select(e.If.Term, e.Yes.Term, e.No.Term))],
            [.. elements.Select(e => ExpressionCompiler.Common(e.Yes.Unit, e.No.Unit))]);
    }

    private static TermVector ArcTangent(ExpressionCompiler c, CallNode call, TermVector y, TermVector x)
    {
        ExpressionCompiler.RequireSameUnits(call, y, x);
        return ExpressionCompiler.Zip(call, y, x, c.Builder.ArcTangent, ExpressionCompiler.NoUnit);
    }
}
