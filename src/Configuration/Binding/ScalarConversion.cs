using System.Globalization;
using System.Text.Json;
using Robotics.Configuration.Yaml;

namespace Robotics.Configuration.Binding;

/// <summary>Turns YAML nodes into values of properties. Null, with an error noted, when the node does not fit.</summary>
internal static class ScalarConversion
{
    private const double MaximumSeconds = 1e9;

    public static object? Convert(Type type, YamlEntry entry, ErrorList errors)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type != typeof(TimeSpan))
            return Convert(type, entry.Value, errors);
        var unit = entry.Key.Text.EndsWith("_ms", StringComparison.Ordinal) ? 1e-3 : 1.0;
        if (Number(entry.Value, errors) is not { } number)
            return null;
        if (Math.Abs(number) <= MaximumSeconds)
            return TimeSpan.FromSeconds(number * unit);
        errors.Add(entry.Value, $"{entry.Value.Description} is too long a time");
        return null;
    }

    public static object? Convert(Type type, YamlNode node, ErrorList errors)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsInstanceOfType(node))
            return node;
        if (ElementType(type) is { } element)
            return List(element, node, errors);
        if (type.IsClass && type != typeof(string))
            return OptionsBinder.Bind(type, node, errors);
        if (type == typeof(bool))
            return Truth(node, errors);
        if (type == typeof(string))
            return Text(node, errors);
        if (type.IsEnum)
            return Enumeration(type, node, errors);
        if (type == typeof(double) || type == typeof(float))
            return Number(node, errors) is { } real ? System.Convert.ChangeType(real, type, CultureInfo.InvariantCulture) : null;
        return Integer(node, type, errors);
    }

    public static double? Number(YamlNode node, ErrorList errors)
    {
        if (TryNumber(node, out var number))
            return number;
        errors.Add(node, $"expected a number, found {node.Description}");
        return null;
    }

    public static bool TryNumber(YamlNode node, out double number)
    {
        number = 0;
        if (node is not YamlScalar { IsQuoted: false } scalar)
            return false;
        number = scalar.Text switch
        {
            "inf" or ".inf" => double.PositiveInfinity,
            "-inf" or "-.inf" => double.NegativeInfinity,
            _ => double.NaN,
        };
        return !double.IsNaN(number)
            || (double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number));
    }

    public static string? Text(YamlNode node, ErrorList errors)
    {
        if (node is YamlScalar { Text.Length: > 0 } scalar)
            return scalar.Text;
        errors.Add(node, $"expected text, found {(node is YamlScalar ? "nothing" : node.Description)}");
        return null;
    }

    public static bool? Truth(YamlNode node, ErrorList errors)
    {
        if (node is YamlScalar { IsQuoted: false, Text: "true" or "false" } scalar)
            return scalar.Text == "true";
        errors.Add(node, $"expected true or false, found {node.Description}");
        return null;
    }

    public static object? Enumeration(Type type, YamlNode node, ErrorList errors)
    {
        var known = Enum.GetValues(type).Cast<object>().ToDictionary(v => JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString()!));
        if (node is YamlScalar scalar && known.TryGetValue(scalar.Text, out var value))
            return value;
        var words = string.Join(", ", known.Keys);
        errors.Add(node, node is YamlScalar s
            ? $"'{s.Text}' is none of "
                + $"{words}{(Suggestion.For(s.Text, known.Keys) is var hint && hint.Contains('?', StringComparison.Ordinal) ? hint : "")}"
            : $"expected one of {words}, found {node.Description}");
        return null;
    }

    private static object? Integer(YamlNode node, Type type, ErrorList errors)
    {
        if (TryNumber(node, out var number) && number == Math.Floor(number))
        {
            try
            {
                return System.Convert.ChangeType((decimal)number, type, CultureInfo.InvariantCulture);
            }
            catch (OverflowException)
            {
                errors.Add(node, $"{node.Description} is too large or too small here");
                return null;
            }
        }

        errors.Add(node, $"expected a whole number, found {node.Description}");
        return null;
    }

    private static Array? List(Type element, YamlNode node, ErrorList errors)
    {
        if (node is not YamlSequence sequence)
        {
            errors.Add(node, $"expected a list, found {node.Description}");
            return null;
        }

        var items = sequence.Items.Select(i => Convert(element, i, errors)).ToArray();
        if (Array.IndexOf(items, null) >= 0)
            return null;
        var array = Array.CreateInstance(element, items.Length);
        for (var i = 0; i < items.Length; i++)
            array.SetValue(items[i], i);
        return array;
    }

    private static Type? ElementType(Type type)
    {
        if (type.IsArray)
            return type.GetElementType();
        return type.IsGenericType && type.GetGenericTypeDefinition() is var d
            && (d == typeof(IReadOnlyList<>) || d == typeof(IReadOnlyCollection<>) || d == typeof(IEnumerable<>))
            ? type.GetGenericArguments()[0]
            : null;
    }
}
