namespace Robotics.Configuration.Yaml;

/// <summary>The text of one YAML file, for finding where a character of a scalar stands.</summary>
internal sealed class YamlSource(string file, string text)
{
    public string File => file;

    /// <summary>
    /// YAML's folding, quoting and escaping add or drop white space and quote marks only (no other escape occurs in an
    /// expression), so a scalar's printing characters stand in the source in order.
    /// </summary>
    public SourceLocation Locate(int start, string value, int offset)
    {
        var at = SkipBlockHeader(start);
        for (var i = 0; i < offset && i < value.Length; i++)
        {
            if (char.IsWhiteSpace(value[i]))
                continue;
            at = Find(value[i], at) + 1;
        }

        if (offset < value.Length && !char.IsWhiteSpace(value[offset]))
            at = Find(value[offset], at);
        return At(at);
    }

    private SourceLocation At(int index)
    {
        index = Math.Clamp(index, 0, text.Length);
        var line = 1 + text.AsSpan(0, index).Count('\n');
        var column = index - text.LastIndexOf('\n', Math.Max(index - 1, 0), Math.Max(index, 0));
        return new SourceLocation(file, line, column);
    }

    private int Find(char c, int from)
    {
        var found = from < text.Length ? text.IndexOf(c, from) : -1;
        return found < 0 ? from : found;
    }

    private int SkipBlockHeader(int start) =>
        start < text.Length && text[start] is '|' or '>' ? Find('\n', start) + 1 : start;
}
