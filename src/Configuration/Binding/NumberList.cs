using Robotics.Configuration.Yaml;

namespace Robotics.Configuration.Binding;

/// <summary>Reads numbers that may be given once for all or one by one.</summary>
internal static class NumberList
{
    /// <summary>A scalar repeated <paramref name="count"/> times, or a list of that many; null, with an error, otherwise.</summary>
    public static double[]? Read(YamlNode node, int count, string what, ErrorList errors)
    {
        if (node is not YamlSequence sequence)
            return ScalarConversion.Number(node, errors) is { } number ? [.. Enumerable.Repeat(number, count)] : null;
        if (sequence.Items.Count != count)
        {
            errors.Add(node, $"expected {count} numbers, one per {what}, found {sequence.Items.Count}");
            return null;
        }

        var numbers = sequence.Items.Select(i => ScalarConversion.Number(i, errors)).ToArray();
        return numbers.All(n => n is not null) ? [.. numbers.Select(n => n!.Value)] : null;
    }

    /// <summary>A vector of any length from 1; null, with an error, otherwise.</summary>
    public static double[]? Vector(YamlNode node, ErrorList errors, int? count = null)
    {
        if (node is YamlSequence { Items.Count: > 0 } sequence)
            return Read(node, count ?? sequence.Items.Count, "coordinate", errors);
        errors.Add(
            node,
            count is { } n
                ? $"expected a list of {n} numbers, found {node.Description}"
                : $"expected a list of numbers, found {node.Description}");
        return null;
    }

    /// <summary>Node of number i of a scalar or list, for locations.</summary>
    public static YamlNode At(YamlNode node, int i) => node is YamlSequence s && i < s.Items.Count ? s.Items[i] : node;
}
