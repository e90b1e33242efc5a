namespace Robotics.Configuration.Yaml;

/// <summary>A node of a YAML file that knows its place. Immutable; thread-safe.</summary>
public abstract class YamlNode
{
    private protected YamlNode(SourceLocation location) => Location = location;

    /// <summary>Start of the node in the file.</summary>
    public SourceLocation Location { get; }

    internal abstract string Description { get; }
}

/// <summary>Text or a number.</summary>
public sealed class YamlScalar : YamlNode
{
    private readonly YamlSource _source;
    private readonly int _start;

    internal YamlScalar(YamlSource source, int start, SourceLocation location, string text, bool isQuoted)
        : base(location)
    {
        _source = source;
        _start = start;
        Text = text;
        IsQuoted = isQuoted;
    }

    /// <summary>The text, without quotes.</summary>
    public string Text { get; }

    /// <summary>True when it was in quotes: then it is text even when it looks like a number.</summary>
    public bool IsQuoted { get; }

    /// <summary>The text as the file spells it, for a key in an old spelling; null where <see cref="Text"/> is the file's.</summary>
    internal string? Former { get; private init; }

    /// <summary>The same place in the file, read as another text.</summary>
    internal YamlScalar ReadAs(string text) => new(_source, _start, Location, text, isQuoted: false) { Former = Former ?? Text };

    internal override string Description => IsQuoted ? $"the text \"{Text}\"" : $"'{Text}'";

    /// <summary>Place in the file of a character of <see cref="Text"/>.</summary>
    /// <param name="offset">Its index in <see cref="Text"/>; the length for the place after the end.</param>
    public SourceLocation LocationOf(int offset) => _source.Locate(_start, Text, offset);
}

/// <summary>A list.</summary>
public sealed class YamlSequence : YamlNode
{
    internal YamlSequence(SourceLocation location, IReadOnlyList<YamlNode> items)
        : base(location) => Items = items;

    /// <summary>The items in order.</summary>
    public IReadOnlyList<YamlNode> Items { get; }

    internal override string Description => "a list";
}

/// <summary>A key of a mapping with its value. Immutable.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
public sealed record YamlEntry(YamlScalar Key, YamlNode Value);

/// <summary>Keys with values, in the file's order; no key occurs twice.</summary>
public sealed class YamlMapping : YamlNode
{
    private readonly Dictionary<string, YamlEntry> _byKey;

    internal YamlMapping(SourceLocation location, IReadOnlyList<YamlEntry> entries)
        : base(location)
    {
        Entries = entries;
        _byKey = entries.ToDictionary(e => e.Key.Text);
    }

    /// <summary>The entries in order.</summary>
    public IReadOnlyList<YamlEntry> Entries { get; }

    internal override string Description => "a mapping of keys to values";

    /// <summary>The entry of a key; null when the key is absent.</summary>
    public YamlEntry? Find(string key) => _byKey.GetValueOrDefault(key);

    /// <summary>This mapping with an entry added, or in place of that with the same key.</summary>
    internal YamlMapping With(YamlEntry entry) => Find(entry.Key.Text) is null
        ? new YamlMapping(Location, [.. Entries, entry])
        : new YamlMapping(Location, [.. Entries.Select(e => e.Key.Text == entry.Key.Text ? entry : e)]);

    /// <summary>This mapping without a key.</summary>
    internal YamlMapping Without(string key) => new(Location, [.. Entries.Where(e => e.Key.Text != key)]);

    /// <summary>This mapping with another laid over it: the other's values win, mappings are laid over each other in turn.</summary>
    public YamlMapping Overlay(YamlMapping over)
    {
        var merged = Entries.Select(e => over.Find(e.Key.Text) is not { } o ? e
            : e.Value is YamlMapping below && o.Value is YamlMapping above ? new YamlEntry(o.Key, below.Overlay(above))
            : o);
        return new YamlMapping(Location, [.. merged, .. over.Entries.Where(e => Find(e.Key.Text) is null)]);
    }
}
