using Robotics.Configuration.Yaml;
using Robotics.Core.Terms;

namespace Robotics.Configuration.Expressions;

/// <summary>Turns expressions into terms, checking shapes and, where things are compared, units.</summary>
internal sealed class ExpressionCompiler(TermBuilder builder, IReadOnlyDictionary<string, TermVector> scope)
{
    /// <summary>Names with a meaning of their own.</summary>
    public static readonly IReadOnlyDictionary<string, double> Constants = new Dictionary<string, double>
    {
        ["pi"] = Math.PI,
        ["inf"] = double.PositiveInfinity,
    };

    /// <summary>Terms under construction.</summary>
    public TermBuilder Builder => builder;

    /// <exception cref="ExpressionException">A name, a shape or a unit is wrong.</exception>
    public TermVector Compile(ExpressionNode node) => node switch
    {
        NumberNode n => TermVector.Plain(builder.Constant(n.Value)),
        NameNode n => Name(n),
        VectorNode v => Vector(v),
        NegationNode n => Compile(n.Operand).Map(builder.Negate, keepUnits: true),
        NotNode n => Compile(n.Operand).Map(Not),
        BinaryNode b => Binary(b),
        ElementsNode e => Elements(e),
        MemberNode m => Member(m),
        CallNode c => ExpressionFunctions.Call(this, c),
        TextNode t => throw new ExpressionException(t.Position, "text has a place only as a sigmoid's name"),
        _ => throw new ExpressionException(node.Position, "this cannot be computed"),
    };

    /// <summary>Compiles what must be one number.</summary>
    public TermVector CompileScalar(ExpressionNode node, string what)
    {
        var value = Compile(node);
        return value.IsScalar
            ? value
            : throw new ExpressionException(node.Position, $"{what} must be one number, but this is a vector of {value.Count}");
    }

    /// <summary>The value of what must not depend on the observation or the action.</summary>
    public double CompileConstant(ExpressionNode node, string what)
    {
        var program = builder.Build(CompileScalar(node, what).Terms);
        return program.Instructions is [{ Operation: TermOperation.Constant, Value: var value }]
            ? value
            : throw new ExpressionException(node.Position, $"{what} must be a fixed number");
    }

    /// <summary>Applies an operation element by element; a scalar meets every element of a vector.</summary>
    public static TermVector Zip(
        ExpressionNode at, TermVector a, TermVector b, Func<Term, Term, Term> operation, Func<string?, string?, string?> unit)
    {
        if (a.Count != b.Count && !a.IsScalar && !b.IsScalar)
            throw new ExpressionException(at.Position, $"a vector of {a.Count} does not fit a vector of {b.Count}");
        var n = Math.Max(a.Count, b.Count);
        var terms = new Term[n];
        var units = new string?[n];
        for (var i = 0; i < n; i++)
        {
            var ((x, xUnit), (y, yUnit)) = (a.At(i), b.At(i));
            terms[i] = operation(x, y);
            units[i] = unit(xUnit, yUnit);
        }

        return new TermVector(terms, units);
    }

    /// <summary>1 where a &gt; b, else 0.</summary>
    public TermVector Greater(ExpressionNode at, TermVector a, TermVector b)
    {
        RequireSameUnits(at, a, b);
        return Zip(at, a, b, (x, y) => builder.IsPositive(builder.Subtract(x, y)), NoUnit);
    }

    private static TermVector Compare(ExpressionNode at, TermVector a, TermVector b, Func<Term, Term, Term> comparison)
    {
        RequireSameUnits(at, a, b);
        return Zip(at, a, b, comparison, NoUnit);
    }

    private Term AtLeast(Term a, Term b) => builder.IsNotNegative(builder.Subtract(a, b));

    private Term Equal(Term a, Term b) => builder.Minimum(AtLeast(a, b), AtLeast(b, a));

    private Term Not(Term a) => builder.Subtract(builder.Constant(1), builder.IsPositive(a));

    /// <summary>Lengths are not compared with angles.</summary>
    public static void RequireSameUnits(ExpressionNode at, TermVector a, TermVector b)
    {
        for (var i = 0; i < Math.Max(a.Count, b.Count); i++)
        {
            var (x, y) = (a.At(a.IsScalar ? 0 : Math.Min(i, a.Count - 1)).Unit, b.At(b.IsScalar ? 0 : Math.Min(i, b.Count - 1)).Unit);
            if (x is not null && y is not null && x != y)
                throw new ExpressionException(at.Position, $"{x} cannot be compared with {y}");
        }
    }

    /// <summary>The unit of a sum: the common one; a plain number takes on the other's.</summary>
    public static string? Common(string? a, string? b) => a is null ? b : b is null || a == b ? a : null;

    /// <summary>No unit is known.</summary>
    public static string? NoUnit(string? a, string? b) => null;

    private TermVector Name(NameNode node)
    {
        if (Constants.TryGetValue(node.Name, out var constant))
            return TermVector.Plain(builder.Constant(constant));
        return scope.TryGetValue(node.Name, out var value)
            ? value
            : throw new ExpressionException(node.Position, $"unknown name '{node.Name}'{Suggestion.For(node.Name, scope.Keys)}");
    }

    private TermVector Vector(VectorNode node)
    {
        var items = node.Items.Select(i => CompileScalar(i, "an element of a vector")).ToArray();
        return new TermVector([.. items.Select(i => i.Terms[0])], [.. items.Select(i => i.Units[0])]);
    }

    private TermVector Binary(BinaryNode node)
    {
        var (a, b) = (Compile(node.Left), Compile(node.Right));
        return node.Operator switch
        {
            "+" => Zip(node, a, b, builder.Add, Common),
            "-" => Zip(node, a, b, builder.Subtract, Common),
            "*" => Zip(node, a, b, builder.Multiply, (x, y) => x is null || y is null ? x ?? y : null),
            "/" => Zip(node, a, b, builder.Divide, (x, y) => y is null ? x : null),
            "**" => Zip(node, a, b, builder.Power, NoUnit),
            ">" => Greater(node, a, b),
            "<" => Greater(node, b, a),
            ">=" => Compare(node, a, b, AtLeast),
            "<=" => Compare(node, b, a, AtLeast),
            "==" => Compare(node, a, b, Equal),
            "!=" => Compare(node, a, b, (x, y) => Not(Equal(x, y))),
            "and" => Zip(node, a.Map(builder.IsPositive), b.Map(builder.IsPositive), builder.Minimum, NoUnit),
            _ => Zip(node, a.Map(builder.IsPositive), b.Map(builder.IsPositive), builder.Maximum, NoUnit),
        };
    }

    private TermVector Elements(ElementsNode node)
    {
        var vector = Compile(node.Vector);
        var from = node.From < 0 ? node.From + vector.Count : node.From;
        var to = node.To is not { } end ? from + 1 : end < 0 ? end + vector.Count : end;
        if (to <= from)
            throw new ExpressionException(node.Position, $"the range {node.From}:{node.To} is empty");
        if (from < 0 || to > vector.Count)
        {
            var missing = from < 0 ? node.From : node.To is null ? node.From : to - 1;
            throw new ExpressionException(
                node.Position, $"there is no element {missing}: the vector has elements 0 to {vector.Count - 1}");
        }

        return vector.Slice(from, to);
    }

    private TermVector Member(MemberNode node)
    {
        var vector = Compile(node.Vector);
        var names = vector.ElementNames ?? (vector.Count == 3 ? TermVector.Axes : []);
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == node.Member)
                return vector.Slice(i, i + 1);
        }

        throw new ExpressionException(
            node.Position, $"unknown element '{node.Member}'{InBrackets(node, names) ?? Suggestion.For(node.Member, names)}");
    }

    /// <summary>Spelling in brackets for a name that the point cannot reach, where one begins like the member; null otherwise.</summary>
    private static string? InBrackets(MemberNode node, IReadOnlyList<string> names)
    {
        var meant = names.FirstOrDefault(
            n => n.StartsWith(node.Member, StringComparison.Ordinal) && n.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'));
        var vector = node.Vector is NameNode { Name: var name } ? name : "…";
        return meant is null
            ? null
            : $"; a name with other signs than letters, digits and underscores stands in brackets: {vector}[\"{meant}\"]";
    }
}
