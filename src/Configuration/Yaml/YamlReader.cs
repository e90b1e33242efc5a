using Robotics.Core;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Robotics.Configuration;

/// <summary>
/// Reads YAML into nodes that know their place. One document per file; keys are scalars and occur once; anchors and aliases
/// are followed; tags and merge keys are not known. Thread-safe; for set-up.
/// </summary>
public static class YamlReader
{
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
        try
        {
            return new Reading(text, file).Root();
        }
        catch (YamlException e)
        {
            // YamlDotNet ends its messages with the place, which stands at the front here.
            throw new ConfigurationException([$"{Location(file, e.Start)}: {e.InnerException?.Message ?? e.Message}"], e);
        }
    }

    private static SourceLocation Location(string file, Mark mark) => new(file, (int)mark.Line, (int)mark.Column);

    private sealed class Reading(string text, string file)
    {
        private readonly Parser _parser = new(new StringReader(text));
        private readonly YamlSource _source = new(file, text);
        private readonly Dictionary<AnchorName, YamlNode> _anchors = [];
        private readonly ErrorList _errors = new();

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

            var start = (NodeEvent)_parser.Current!;
            YamlNode node = start switch
            {
                YamlDotNet.Core.Events.Scalar => Scalar(),
                SequenceStart => Sequence(),
                _ => Mapping(),
            };
            if (!start.Anchor.IsEmpty)
                _anchors[start.Anchor] = node;
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
            var start = _parser.Consume<SequenceStart>().Start;
            var items = new List<YamlNode>();
            while (!_parser.TryConsume<SequenceEnd>(out _))
                items.Add(Node());
            return new YamlSequence(Location(file, start), items);
        }

        private YamlMapping Mapping()
        {
            var start = _parser.Consume<MappingStart>().Start;
            var entries = new Dictionary<string, YamlEntry>();
            while (!_parser.TryConsume<MappingEnd>(out _))
            {
                var key = Node();
                var value = Node();
                if (key is not YamlScalar name)
                    _errors.Add(key.Location, $"a key must be a word, not {key.Description}");
                else if (!entries.TryAdd(name.Text, new YamlEntry(name, value)))
                    _errors.Add(name.Location, $"the key '{name.Text}' was already given in line {entries[name.Text].Key.Location.Line}");
            }

            return new YamlMapping(Location(file, start), [.. entries.Values]);
        }
    }
}
