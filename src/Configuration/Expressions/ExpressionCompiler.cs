using Robotics.Core;

namespace Robotics.Configuration;

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
        return value.IsScalar ? value : throw new ExpressionException(node.Position, $"{what} must be one number, but this is a vector of {value.Count}");
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
    public static TermVector Zip(ExpressionNode at, TermVector a, TermVector b, Func<Term, Term, Term> operation, Func<string?, string?, string?> unit)
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
            '+' => Zip(node, a, b, builder.Add, Common),
            '-' => Zip(node, a, b, builder.Subtract, Common),
            '*' => Zip(node, a, b, builder.Multiply, (x, y) => x is null || y is null ? x ?? y : null),
            '/' => Zip(node, a, b, builder.Divide, (x, y) => y is null ? x : null),
            '>' => Greater(node, a, b),
            _ => Greater(node, b, a),
        };
    }

    private TermVector Elements(ElementsNode node)
    {
        var vector = Compile(node.Vector);
        return node.To <= vector.Count
            ? vector.Slice(node.From, node.To)
            : throw new ExpressionException(node.Position, $"there is no element {node.To - 1}: the vector has elements 0 to {vector.Count - 1}");
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

        throw new ExpressionException(node.Position, $"unknown element '{node.Member}'{Suggestion.For(node.Member, names)}");
    }
}
