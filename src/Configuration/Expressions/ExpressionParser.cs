namespace Robotics.Configuration.Expressions;

/// <summary>
/// Reads an infix expression by recursive descent. From weakest to strongest: <c>or</c>, <c>and</c>, <c>not</c>, then comparisons, then
/// <c>+ −</c>, then <c>* /</c>, then the sign, then <c>**</c>, then <c>v[i]</c>, <c>v[i:j]</c>, <c>v.name</c>, <c>v["name"]</c>.
/// </summary>
internal sealed class ExpressionParser
{
    private const int MaximumDepth = 100;
    private const int MaximumTokens = 4000;

    private static readonly string[] Comparisons = ["<", ">", "<=", ">=", "==", "!="];

    private readonly List<Token> _tokens;
    private int _at;
    private int _depth;

    private ExpressionParser(string text)
    {
        _tokens = ExpressionLexer.Tokens(text);
        if (_tokens.Count > MaximumTokens)
            throw new ExpressionException(
                _tokens[MaximumTokens].Position, "the expression is too long; give its parts names under 'define'");
    }

    private Token Current => _tokens[_at];

    /// <exception cref="ExpressionException">The text is no expression.</exception>
    public static ExpressionNode Parse(string text)
    {
        var parser = new ExpressionParser(text);
        var root = parser.Condition();
        return parser.Current.Kind == TokenKind.End ? root : throw parser.Unexpected("an operator");
    }

    private ExpressionNode Condition()
    {
        Descend();
        var left = Conjunction();
        while (Current.Is("or"))
            left = new BinaryNode(Current.Position, Take().Text, left, Conjunction());
        _depth--;
        return left;
    }

    private ExpressionNode Conjunction()
    {
        var left = Negated();
        while (Current.Is("and"))
            left = new BinaryNode(Current.Position, Take().Text, left, Negated());
        return left;
    }

    private ExpressionNode Negated()
    {
        var words = new Stack<int>();
        while (Current.Is("not"))
            words.Push(Take().Position);
        var operand = Comparison();
        foreach (var position in words)
            operand = new NotNode(position, operand);
        return operand;
    }

    private ExpressionNode Comparison()
    {
        var left = Sum();
        if (!IsComparison(Current))
            return left;
        left = new BinaryNode(Current.Position, Take().Text, left, Sum());
        if (IsComparison(Current))
            throw new ExpressionException(Current.Position, "comparisons cannot be chained; join two of them by 'and'");
        return left;
    }

    private static bool IsComparison(Token token) => token.Kind == TokenKind.Symbol && Comparisons.Contains(token.Text);

    private ExpressionNode Sum()
    {
        var left = Product();
        while (Current.Is('+') || Current.Is('-'))
        {
            var symbol = Take();
            left = new BinaryNode(symbol.Position, symbol.Text, left, Product());
        }

        return left;
    }

    private ExpressionNode Product()
    {
        var left = Signed();
        while (Current.Is('*') || Current.Is('/'))
        {
            var symbol = Take();
            left = new BinaryNode(symbol.Position, symbol.Text, left, Signed());
        }

        return left;
    }

    private ExpressionNode Signed()
    {
        var signs = new Stack<int>();
        while (Current.Is('-'))
            signs.Push(Take().Position);
        var operand = Power();
        foreach (var position in signs)
            operand = new NegationNode(position, operand);
        return operand;
    }

    private ExpressionNode Power()
    {
        var operand = Postfix();
        if (!Current.Is("**"))
            return operand;
        var symbol = Take();
        Descend();
        operand = new BinaryNode(symbol.Position, symbol.Text, operand, Signed());
        _depth--;
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

    private ExpressionNode Elements(ExpressionNode vector)
    {
        var position = Current.Position;
        if (Current.Kind == TokenKind.Text)
        {
            var member = new MemberNode(position, vector, Take().Text);
            Expect(']');
            return member;
        }

        var from = Index();
        int? to = null;
        if (Current.Is(':'))
        {
            Take();
            to = Index();
        }

        Expect(']');
        return new ElementsNode(position, vector, from, to);
    }

    private int Index()
    {
        var isNegative = Current.Is('-');
        if (isNegative)
            Take();
        if (Current.Kind != TokenKind.Number || Current.Value != Math.Floor(Current.Value) || Current.Value > 1e6)
            throw Unexpected("an element's number, from 0 or from -1 backwards, or its name in quotes");
        var number = (int)Take().Value;
        return isNegative ? -number : number;
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
            case TokenKind.Name when !ExpressionNames.Words.Contains(token.Text):
                Take();
                return Current.Is('(') ? Call(token) : new NameNode(token.Position, token.Text);
            case TokenKind.Symbol when token.Is('('):
                Take();
                var inner = Condition();
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
        var items = new List<ExpressionNode> { Condition() };
        while (Current.Is(','))
        {
            Take();
            items.Add(Condition());
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
                named.Add(new NamedArgument(name.Position, name.Text, Condition()));
            }
            else if (named.Count > 0)
            {
                throw new ExpressionException(Current.Position, "arguments without a name come before those with one");
            }
            else
            {
                arguments.Add(Condition());
            }
        }

        Expect(')');
        return new CallNode(function.Position, function.Text, arguments, named);
    }

    private void Descend()
    {
        if (++_depth > MaximumDepth)
            throw new ExpressionException(Current.Position, "the expression is nested too deeply");
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
