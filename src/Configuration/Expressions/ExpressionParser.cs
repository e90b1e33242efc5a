namespace Robotics.Configuration;

/// <summary>
/// Reads an infix expression by recursive descent. From weakest to strongest: <c>&lt; &gt;</c>, then <c>+ −</c>, then
/// <c>* /</c>, then the sign, then <c>v[i]</c>, <c>v[i:j]</c>, <c>v.name</c>.
/// </summary>
internal sealed class ExpressionParser
{
    private const int MaximumDepth = 100;
    private const int MaximumTokens = 4000;

    private readonly List<Token> _tokens;
    private int _at;
    private int _depth;

    private ExpressionParser(string text)
    {
        _tokens = ExpressionLexer.Tokens(text);
        if (_tokens.Count > MaximumTokens)
            throw new ExpressionException(_tokens[MaximumTokens].Position, "the expression is too long; give its parts names under 'define'");
    }

    private Token Current => _tokens[_at];

    /// <exception cref="ExpressionException">The text is no expression.</exception>
    public static ExpressionNode Parse(string text)
    {
        var parser = new ExpressionParser(text);
        var root = parser.Comparison();
        return parser.Current.Kind == TokenKind.End ? root : throw parser.Unexpected("an operator");
    }

    private ExpressionNode Comparison()
    {
        if (++_depth > MaximumDepth)
            throw new ExpressionException(Current.Position, "the expression is nested too deeply");
        var left = Sum();
        if (Current.Is('<') || Current.Is('>'))
        {
            var symbol = Take();
            left = new BinaryNode(symbol.Position, symbol.Text[0], left, Sum());
        }

        _depth--;
        return left;
    }

    private ExpressionNode Sum()
    {
        var left = Product();
        while (Current.Is('+') || Current.Is('-'))
        {
            var symbol = Take();
            left = new BinaryNode(symbol.Position, symbol.Text[0], left, Product());
        }

        return left;
    }

    private ExpressionNode Product()
    {
        var left = Signed();
        while (Current.Is('*') || Current.Is('/'))
        {
            var symbol = Take();
            left = new BinaryNode(symbol.Position, symbol.Text[0], left, Signed());
        }

        return left;
    }

    private ExpressionNode Signed()
    {
        var signs = new Stack<int>();
        while (Current.Is('-'))
            signs.Push(Take().Position);
        var operand = Postfix();
        foreach (var position in signs)
            operand = new NegationNode(position, operand);
        return operand;
    }

    private ExpressionNode Postfix()
    {
        var operand = Primary();
        while (true)
        {
            if (Current.Is('.'))
            {
                Take();
                var member = Current.Kind == TokenKind.Name ? Take() : throw Unexpected("an element's name");
                operand = new MemberNode(member.Position, operand, member.Text);
            }
            else if (Current.Is('['))
            {
                Take();
                operand = Elements(operand);
            }
            else
            {
                return operand;
            }
        }
    }

    private ElementsNode Elements(ExpressionNode vector)
    {
        var position = Current.Position;
        var from = Index();
        var to = from + 1;
        if (Current.Is(':'))
        {
            Take();
            to = Index();
        }

        Expect(']');
        return to > from ? new ElementsNode(position, vector, from, to) : throw new ExpressionException(position, $"the range {from}:{to} is empty");
    }

    private int Index()
    {
        if (Current.Kind != TokenKind.Number || Current.Value != Math.Floor(Current.Value) || Current.Value > 1e6)
            throw Unexpected("an element's number, from 0");
        return (int)Take().Value;
    }

    private ExpressionNode Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                Take();
                return new NumberNode(token.Position, token.Value);
            case TokenKind.Text:
                Take();
                return new TextNode(token.Position, token.Text);
            case TokenKind.Name:
                Take();
                return Current.Is('(') ? Call(token) : new NameNode(token.Position, token.Text);
            case TokenKind.Symbol when token.Is('('):
                Take();
                var inner = Comparison();
                Expect(')');
                return inner;
            case TokenKind.Symbol when token.Is('['):
                Take();
                return new VectorNode(token.Position, Items());
            default:
                throw Unexpected("a number, a name, '(' or '['");
        }
    }

    private List<ExpressionNode> Items()
    {
        var items = new List<ExpressionNode> { Comparison() };
        while (Current.Is(','))
        {
            Take();
            items.Add(Comparison());
        }

        Expect(']');
        return items;
    }

    private CallNode Call(Token function)
    {
        Expect('(');
        var (arguments, named) = (new List<ExpressionNode>(), new List<NamedArgument>());
        while (!Current.Is(')'))
        {
            if (arguments.Count + named.Count > 0)
                Expect(',');
            if (Current.Kind == TokenKind.Name && _tokens[_at + 1].Is('='))
            {
                var name = Take();
                Take();
                named.Add(new NamedArgument(name.Position, name.Text, Comparison()));
            }
            else if (named.Count > 0)
            {
                throw new ExpressionException(Current.Position, "arguments without a name come before those with one");
            }
            else
            {
                arguments.Add(Comparison());
            }
        }

        Expect(')');
        return new CallNode(function.Position, function.Text, arguments, named);
    }

    private Token Take() => _tokens[_at++];

    private void Expect(char symbol)
    {
        if (!Current.Is(symbol))
            throw Unexpected($"'{symbol}'");
        _at++;
    }

    private ExpressionException Unexpected(string expected) =>
        new(Current.Position, $"expected {expected}, found {Current.Description}");
}
