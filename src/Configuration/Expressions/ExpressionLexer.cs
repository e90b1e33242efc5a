using System.Globalization;

namespace Robotics.Configuration.Expressions;

internal enum TokenKind
{
    Number,
    Name,
    Text,
    Symbol,
    End,
}

/// <summary>A token: <c>Value</c> is the number of a Number.</summary>
internal readonly record struct Token(TokenKind Kind, int Position, string Text, double Value = 0)
{
    public bool Is(char symbol) => Kind == TokenKind.Symbol && Text.Length == 1 && Text[0] == symbol;

    /// <summary>True when it is this operator of several characters, or a word that stands for it.</summary>
    public bool Is(string operation) => Kind is TokenKind.Symbol or TokenKind.Name && Text == operation;

    public string Description => Kind == TokenKind.End ? "the end of the expression" : $"'{Text}'";
}

/// <summary>Cuts an expression into tokens.</summary>
internal static class ExpressionLexer
{
    private const string Symbols = "+-*/()[],.:=<>";

    private static readonly string[] LongSymbols = ["**", "<=", ">=", "==", "!="];

    // What other languages write.
    private static readonly Dictionary<char, string> Equivalents = new() { ['^'] = "**", ['&'] = "and", ['|'] = "or", ['!'] = "not" };

    public static List<Token> Tokens(string text)
    {
        var tokens = new List<Token>();
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var token = Next(text, at);
            tokens.Add(token);
            at += token.Kind == TokenKind.Text ? token.Text.Length + 2 : token.Text.Length;
        }

        tokens.Add(new Token(TokenKind.End, text.Length, ""));
        return tokens;
    }

    private static Token Next(string text, int at)
    {
        var c = text[at];
        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            return Number(text, at);
        if (char.IsAsciiLetter(c) || c == '_')
            return new Token(TokenKind.Name, at, text[at..End(text, at, x => char.IsAsciiLetterOrDigit(x) || x == '_')]);
        if (c is '\'' or '"')
        {
            var close = text.IndexOf(c, at + 1);
            return close > 0
                ? new Token(TokenKind.Text, at, text[(at + 1)..close])
                : throw new ExpressionException(at, "this quote is not closed");
        }

        if (LongSymbols.FirstOrDefault(s => string.CompareOrdinal(text, at, s, 0, s.Length) == 0) is { } symbol)
            return new Token(TokenKind.Symbol, at, symbol);
        if (Symbols.Contains(c, StringComparison.Ordinal))
            return new Token(TokenKind.Symbol, at, c.ToString());
        var remedy = Equivalents.TryGetValue(c, out var other) ? $"; write '{other}'" : "";
        throw new ExpressionException(at, $"'{c}' has no meaning in an expression{remedy}");
    }

    private static Token Number(string text, int at)
    {
        var end = End(text, at, char.IsAsciiDigit);
        if (end < text.Length && text[end] == '.')
            end = End(text, end + 1, char.IsAsciiDigit);
        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var digits = end + 1 < text.Length && text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            var exponentEnd = End(text, digits, char.IsAsciiDigit);
            end = exponentEnd > digits ? exponentEnd : end;
        }

        var number = text[at..end];
        return new Token(TokenKind.Number, at, number, double.Parse(number, CultureInfo.InvariantCulture));
    }

    private static int End(string text, int at, Func<char, bool> belongs)
    {
        while (at < text.Length && belongs(text[at]))
            at++;
        return at;
    }
}
