using System.IO.Enumeration;
using Robotics.Configuration.Yaml;

namespace Robotics.Configuration.Binding;

/// <summary>A name of the model with its place in the task file.</summary>
internal readonly record struct SelectedName(string Name, YamlNode At);

/// <summary>
/// Reads which joints or actuators are meant: <c>all</c>, one name, or a list; a name may hold <c>*</c>, which stands for any
/// characters and selects in model order.
/// </summary>
internal static class NameSelection
{
    public static IReadOnlyList<SelectedName> Read(YamlNode node, IReadOnlyList<string> known, string what, ErrorList errors)
    {
        var selected = new List<SelectedName>();
        foreach (var item in node is YamlSequence sequence ? sequence.Items : [node])
        {
            foreach (var name in Matches(item, known, what, errors))
            {
                if (selected.Any(s => s.Name == name))
                    errors.Add(item, $"{what} '{name}' is named twice");
                else
                    selected.Add(new SelectedName(name, item));
            }
        }

        if (node is YamlSequence { Items.Count: 0 })
            errors.Add(node, $"name at least one {what}, or 'all'");
        return selected;
    }

    /// <summary>One name; null, with an error, when the model lacks it.</summary>
    public static string? One(YamlNode node, IReadOnlyList<string> known, string what, ErrorList errors)
    {
        if (ScalarConversion.Text(node, errors) is not { } name)
            return null;
        if (known.Contains(name))
            return name;
        errors.Add(node, $"unknown {what} '{name}'{Suggestion.For(name, known)}");
        return null;
    }

    private static IEnumerable<string> Matches(YamlNode item, IReadOnlyList<string> known, string what, ErrorList errors)
    {
        if (item is not YamlScalar scalar)
        {
            errors.Add(item, $"expected the name of a {what}, found {item.Description}");
            return [];
        }

        if (scalar.Text == "all")
            return known;
        if (!scalar.Text.Contains('*', StringComparison.Ordinal))
            return One(item, known, what, errors) is { } name ? [name] : [];
        var matches = known.Where(k => FileSystemName.MatchesSimpleExpression(scalar.Text, k, ignoreCase: false)).ToArray();
        if (matches.Length == 0)
            errors.Add(item, $"no {what} matches '{scalar.Text}'; known: {string.Join(", ", known)}");
        return matches;
    }
}
