using System.Globalization;
using Robotics.Configuration.Yaml;

namespace Robotics.Configuration.Binding;

/// <summary>Reads the keys of one mapping, noting what is wrong with each.</summary>
internal sealed class SectionReader
{
    private readonly YamlMapping _mapping;
    private readonly ErrorList _errors;

    private SectionReader(YamlMapping mapping, ErrorList errors)
    {
        _mapping = mapping;
        _errors = errors;
    }

    /// <summary>The section itself, for errors about it as a whole.</summary>
    public YamlNode Node => _mapping;

    /// <summary>Opens a mapping and records its unknown keys as errors; null, with an error, when the node is no mapping.</summary>
    public static SectionReader? Open(YamlNode node, ErrorList errors, params string[] known)
    {
        if (node is not YamlMapping mapping)
        {
            errors.Add(node, $"expected a mapping with the keys {string.Join(", ", known)}; found {node.Description}");
            return null;
        }

        foreach (var entry in mapping.Entries.Where(e => !known.Contains(e.Key.Text)))
            errors.Add(entry.Key, $"unknown key '{entry.Key.Text}'{Suggestion.For(entry.Key.Text, known)}");
        return new SectionReader(mapping, errors);
    }

    /// <summary>Reads a mapping whose keys were looked over before.</summary>
    public static SectionReader Over(YamlMapping mapping, ErrorList errors) => new(mapping, errors);

    public YamlNode? Find(string key) => _mapping.Find(key)?.Value;

    public YamlNode? Require(string key)
    {
        var value = Find(key);
        if (value is null)
            _errors.Add(_mapping, $"the key '{key}' is missing");
        return value;
    }

    /// <summary>The only one of the keys that is given; null, with an error, when none or several are.</summary>
    public YamlEntry? OneOf(params string[] keys)
    {
        var given = keys.Select(_mapping.Find).OfType<YamlEntry>().ToArray();
        if (given.Length == 1)
            return given[0];
        if (given.Length == 0)
            _errors.Add(_mapping, $"one of the keys {string.Join(", ", keys)} is missing");
        else
            _errors.Add(given[1].Key, $"'{given[1].Key.Text}' cannot be combined with '{given[0].Key.Text}'; give one of them");
        return null;
    }

    /// <summary>Adds an error for each given key that has no meaning here.</summary>
    public void Refuse(string why, params string[] keys)
    {
        foreach (var entry in keys.Select(_mapping.Find).OfType<YamlEntry>())
            _errors.Add(entry.Key, $"'{entry.Key.Text}' has no meaning here: {why}");
    }

    public double? Number(string key, double low, double high) => Find(key) is { } node ? Number(node, key, low, high) : null;

    public double? RequireNumber(string key, double low, double high) => Require(key) is { } node ? Number(node, key, low, high) : null;

    public int? Integer(string key, int low) =>
        Find(key) is { } node && Number(node, key, low, int.MaxValue) is { } n ? Whole(node, n) : null;

    public bool? Truth(string key) => Find(key) is { } node ? ScalarConversion.Truth(node, _errors) : null;

    public string? Text(string key) => Find(key) is { } node ? ScalarConversion.Text(node, _errors) : null;

    public T? Word<T>(string key)
        where T : struct, Enum => Find(key) is { } node ? (T?)ScalarConversion.Enumeration(typeof(T), node, _errors) : null;

    /// <summary>The items of a list; none when the key is absent.</summary>
    public IReadOnlyList<YamlNode> Items(string key)
    {
        var node = Find(key);
        if (node is YamlSequence sequence)
            return sequence.Items;
        if (node is not null)
            _errors.Add(node, $"expected a list, found {node.Description}");
        return [];
    }

    private int? Whole(YamlNode node, double n)
    {
        if (n == Math.Floor(n))
            return (int)n;
        _errors.Add(node, $"expected a whole number, found {node.Description}");
        return null;
    }

    private double? Number(YamlNode node, string key, double low, double high)
    {
        if (ScalarConversion.Number(node, _errors) is not { } number)
            return null;
        if (number >= low && number <= high)
            return number;
        var range = high is double.MaxValue or int.MaxValue
            ? string.Create(CultureInfo.InvariantCulture, $"{low} or more")
            : string.Create(CultureInfo.InvariantCulture, $"from {low} to {high}");
        _errors.Add(node, string.Create(CultureInfo.InvariantCulture, $"'{key}' must be {range}, not {number}"));
        return null;
    }
}
