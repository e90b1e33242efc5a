using Robotics.Core.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Robotics.Configuration.Yaml;

/// <summary>
/// Reads YAML into nodes that know their place. One document per file; keys are scalars and occur once; anchors and aliases
/// are followed; tags and merge keys are not known. Thread-safe; for set-up.
/// </summary>
public static class YamlReader
{
    private const int MaximumDepth = 100;

    /// <summary>Reads a file whose top level is a mapping.</summary>
    /// <exception cref="UserErrorException">The file cannot be read or is not such YAML.</exception>
    public static YamlMapping ReadFile(string path)
    {
        try
        {
            return ReadText(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: the file cannot be read ({e.Message.TrimEnd('.')}); correct the path or its rights.", e);
        }
    }

    /// <summary>Reads text whose top level is a mapping.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="file">The file's name for messages.</param>
    /// <exception cref="UserErrorException">The text is not such YAML.</exception>
    public static YamlMapping ReadText(string text, string file)
    {
        var reading = new Reading(text, file);
        try
        {
            return reading.Root();
        }
        catch (YamlException e)
        {
            // YamlDotNet ends its messages with the place, which stands at the front here.
            throw Explain(text, reading, Location(file, e.Start), e.InnerException?.Message ?? e.Message, false, e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or ArithmeticException)
        {
            // YamlDotNet stumbles over its own state, mostly because a bracket is open.
            throw Explain(text, reading, reading.At, "this is no YAML that can be read", true, e);
        }
    }

    /// <summary>Adds the most likely cause to a parser's message: a tab, or a bracket that is never closed.</summary>
    private static ConfigurationException Explain(
        string text, Reading reading, SourceLocation at, string words, bool isLost, Exception inner) =>
        new([Explanation(text, reading.OpenBracket, at, words, isLost)], inner);

    private static string Explanation(
        string text, (char Bracket, SourceLocation At)? open, SourceLocation at, string words, bool isLost)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < Math.Min(at.Line + 1, lines.Length); i++)
        {
            var indentation = lines[i].AsSpan(0, lines[i].Length - lines[i].AsSpan().TrimStart(" \t").Length);
            if (indentation.IndexOf('\t') is >= 0 and var tab && indentation.Length < lines[i].TrimEnd().Length)
                return $"{at with { Line = i + 1, Column = tab + 1 }}: a tab cannot indent a line in YAML; write spaces";
        }

        if (open is not var (bracket, begin))
            return $"{at}: {words}";
        var rest = lines.Skip(at.Line - 1).Select((l, i) => i == 0 ? l[Math.Min(at.Column, l.Length)..] : l);
        return isLost || rest.All(string.IsNullOrWhiteSpace)
            ? $"{begin}: the '{bracket}' that begins here is never closed"
            : $"{at}: {words}; the '{bracket}' of line {begin.Line} is open here";
    }

    private static SourceLocation Location(string file, Mark mark) => new(file, (int)mark.Line, (int)mark.Column);

    private sealed class Reading(string text, string file)
    {
        private readonly Parser _parser = new(new StringReader(text));
        private readonly YamlSource _source = new(file, text);
        private readonly Dictionary<AnchorName, YamlNode> _anchors = [];
        private readonly ErrorList _errors = new();
        private readonly Stack<(char Bracket, SourceLocation At)> _open = [];
        private int _depth;

        /// <summary>The innermost bracket that is open; null when none is.</summary>
        public (char Bracket, SourceLocation At)? OpenBracket => _open.TryPeek(out var open) ? open : null;

        /// <summary>Current position in the file.</summary>
        public SourceLocation At => Location(file, _parser.Current?.End ?? new Mark(0, 1, 1));

        public YamlMapping Root()
        {
            _parser.Consume<StreamStart>();
            if (!_parser.TryConsume<DocumentStart>(out _))
                throw new ConfigurationException([$"{file}:1:1: the file is empty"]);
            var root = Node();
            _parser.Consume<DocumentEnd>();
            if (_parser.TryConsume<DocumentStart>(out var second))
                _errors.Add(Location(file, second.Start), "a second document begins here; one file holds one document");
            if (root is not YamlMapping)
                _errors.Add(root.Location, $"expected a mapping of keys to values, found {root.Description}");
            _errors.ThrowIfAny();
            return (YamlMapping)root;
        }

        private YamlNode Node()
        {
            if (_parser.TryConsume<AnchorAlias>(out var alias))
            {
                if (_anchors.TryGetValue(alias.Value, out var target))
                    return target;
                _errors.Add(Location(file, alias.Start), $"no anchor '&{alias.Value}' before this alias");
                return new YamlSequence(Location(file, alias.Start), []);
            }

            if (_parser.Current is not NodeEvent start)
                throw new YamlException(_parser.Current!.Start, _parser.Current.End, "a value is missing");
            if (++_depth > MaximumDepth)
            {
                throw new ConfigurationException(
                    [$"{Location(file, start.Start)}: lists and mappings are nested more than {MaximumDepth} deep"]);
            }

            YamlNode node = start switch
            {
                YamlDotNet.Core.Events.Scalar => Scalar(),
                SequenceStart => Sequence(),
                _ => Mapping(),
            };
            if (!start.Anchor.IsEmpty)
                _anchors[start.Anchor] = node;
            _depth--;
            return node;
        }

        private YamlScalar Scalar()
        {
            var scalar = _parser.Consume<YamlDotNet.Core.Events.Scalar>();
            var quoted = scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted;
            return new YamlScalar(_source, (int)scalar.Start.Index, Location(file, scalar.Start), scalar.Value, quoted);
        }

        private YamlSequence Sequence()
        {
            // The parser reads one event ahead: what is open is noted before it moves on.
            var start = (SequenceStart)_parser.Current!;
            Open('[', start.Style == SequenceStyle.Flow, start.Start);
            _parser.MoveNext();
            var items = new List<YamlNode>();
            while (_parser.Current is not SequenceEnd)
                items.Add(Node());
            Close(start.Style == SequenceStyle.Flow);
            _parser.MoveNext();
            return new YamlSequence(Location(file, start.Start), items);
        }

        private YamlMapping Mapping()
        {
            var start = (MappingStart)_parser.Current!;
            Open('{', start.Style == MappingStyle.Flow, start.Start);
            _parser.MoveNext();
            var entries = new Dictionary<string, YamlEntry>();
            while (_parser.Current is not MappingEnd)
            {
                var key = Node();
                var value = Node();
                if (key is not YamlScalar name)
                    _errors.Add(key.Location, $"a key must be a word, not {key.Description}");
                else if (!entries.TryAdd(name.Text, new YamlEntry(name, value)))
                    _errors.Add(name.Location, $"the key '{name.Text}' was already given in line {entries[name.Text].Key.Location.Line}");
            }

            Close(start.Style == MappingStyle.Flow);
            _parser.MoveNext();
            return new YamlMapping(Location(file, start.Start), [.. entries.Values]);
        }

        private void Open(char bracket, bool isFlow, Mark at)
        {
            if (isFlow)
                _open.Push((bracket, Location(file, at)));
        }

        private void Close(bool isFlow)
        {
            if (isFlow)
                _open.Pop();
        }
    }
}
