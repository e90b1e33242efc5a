namespace Robotics.Configuration.Expressions;

/// <summary>A node of an expression; <c>Position</c> is the index of its first character in the text.</summary>
internal abstract record ExpressionNode(int Position);

internal sealed record NumberNode(int Position, double Value) : ExpressionNode(Position);

internal sealed record TextNode(int Position, string Value) : ExpressionNode(Position);

internal sealed record NameNode(int Position, string Name) : ExpressionNode(Position);

internal sealed record VectorNode(int Position, IReadOnlyList<ExpressionNode> Items) : ExpressionNode(Position);

internal sealed record NegationNode(int Position, ExpressionNode Operand) : ExpressionNode(Position);

internal sealed record NotNode(int Position, ExpressionNode Operand) : ExpressionNode(Position);

/// <summary>One of + − * / ** &lt; &gt; &lt;= &gt;= == != and or; the position is the operator's.</summary>
internal sealed record BinaryNode(int Position, string Operator, ExpressionNode Left, ExpressionNode Right) : ExpressionNode(Position);

/// <summary>
/// Elements <c>From</c> up to, not with, <c>To</c>, or the one element <c>From</c> where <c>To</c> is null; below 0 they are
/// counted from the end. The position is the first index's.
/// </summary>
internal sealed record ElementsNode(int Position, ExpressionNode Vector, int From, int? To) : ExpressionNode(Position);

/// <summary>A named element; the position is the element's name's.</summary>
internal sealed record MemberNode(int Position, ExpressionNode Vector, string Member) : ExpressionNode(Position);

internal sealed record CallNode(
    int Position,
    string Function,
    IReadOnlyList<ExpressionNode> Arguments,
    IReadOnlyList<NamedArgument> Named) : ExpressionNode(Position);

internal sealed record NamedArgument(int Position, string Name, ExpressionNode Value);

/// <summary>An expression is wrong at one of its characters.</summary>
internal sealed class ExpressionException(int position, string message) : Exception(message)
{
    public int Position => position;
}
