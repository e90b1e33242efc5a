using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Robotics.Configuration.Binding;

namespace Robotics.Configuration.Schema;

/// <summary>
/// The JSON schema of options as <see cref="OptionsBinder"/> reads them: the framework's exporter, extended by the keys, of the ranges that
/// properties state, and of their summaries and defaults. Thread-safe; for set-up.
/// </summary>
public static class OptionsSchema
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { KeepKeys } },
    };

    private static readonly JsonSchemaExporterOptions Exporter = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = Transform,
    };

    /// <summary>The schema of one section.</summary>
    /// <param name="type">The options.</param>
    public static JsonObject Build(Type type)
    {
        var schema = Format.GetJsonSchemaAsNode(type, Exporter).AsObject();
        Inline(schema, schema);
        return schema;
    }

    /// <summary>A type that occurs twice is a reference to its first place, which would be another place in a larger schema.</summary>
    private static void Inline(JsonNode? node, JsonObject root)
    {
        if (node is JsonObject schema && schema["$ref"] is JsonValue reference)
        {
            schema.Remove("$ref");
            var target = reference.GetValue<string>().Split('/').Skip(1).Aggregate((JsonNode)root, (n, key) => n[key]!).AsObject();
            foreach (var (key, value) in target.Where(p => !schema.ContainsKey(p.Key)).ToList())
                schema[key] = value?.DeepClone();
        }

        IEnumerable<JsonNode?> children = node switch
        {
            JsonObject o => [.. o.Select(p => p.Value)],
            JsonArray a => [.. a],
            _ => [],
        };
        foreach (var child in children)
            Inline(child, root);
    }

    /// <summary>Properties that the binder passes over are none of the file's.</summary>
    private static void KeepKeys(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object)
            return;
        var known = OptionsBinder.Properties(info.Type).Select(p => p.Name).ToHashSet();
        for (var i = info.Properties.Count - 1; i >= 0; i--)
        {
            if (info.Properties[i].AttributeProvider is not PropertyInfo property || !known.Contains(property.Name))
                info.Properties.RemoveAt(i);
        }
    }

    private static JsonObject Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var node = schema as JsonObject ?? []; // `true`: anything
        DropNull(node);
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            SplitTimes(node, context.TypeInfo);
            node["additionalProperties"] = false;
        }

        if (context.PropertyInfo?.AttributeProvider is PropertyInfo property)
            Describe(node, property);
        return node;
    }

    /// <summary>A key is given or left out: it is never null.</summary>
    private static void DropNull(JsonObject node)
    {
        if (node["type"] is JsonArray types && types.Select(t => t!.GetValue<string>()).Where(t => t != "null").ToList() is [var only])
            node["type"] = only;
        if (node["enum"] is JsonArray words && words.IndexOf(null) is >= 0 and var place)
            words.RemoveAt(place);
    }

    /// <summary>A time has a key in seconds and one in milliseconds.</summary>
    private static void SplitTimes(JsonObject node, JsonTypeInfo info)
    {
        if (node["properties"] is not JsonObject properties)
            return;
        foreach (var time in info.Properties.Where(p => p.PropertyType == typeof(TimeSpan) || p.PropertyType == typeof(TimeSpan?)))
        {
            var place = properties.IndexOf(time.Name);
            var seconds = properties[time.Name]!.AsObject();
            properties.RemoveAt(place);
            seconds["type"] = "number";
            seconds.Remove("pattern");
            seconds.Remove("$comment");
            properties.Insert(place, $"{time.Name}_ms", Scaled(seconds, 1000));
            properties.Insert(place, $"{time.Name}_seconds", seconds);
        }
    }

    private static JsonObject Scaled(JsonObject schema, double factor)
    {
        var scaled = schema.DeepClone().AsObject();
        foreach (var key in new[] { "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "default" })
        {
            if (scaled[key] is { } number)
                scaled[key] = number.GetValue<double>() * factor;
        }

        return scaled;
    }

    private static void Describe(JsonObject node, PropertyInfo property)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            Bound(node, range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum", range.Minimum);
            Bound(node, range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum", range.Maximum);
        }

        if (Default(property) is { } standard)
            node["default"] = standard;
        if (XmlSummaries.Find(property) is { } summary)
            node.Insert(0, "description", summary);
    }

    private static void Bound(JsonObject node, string key, object limit)
    {
        var number = Convert.ToDouble(limit, CultureInfo.InvariantCulture);
        if (double.IsFinite(number) && number is not (double.MaxValue or double.MinValue or int.MaxValue))
            node[key] = number;
    }

    /// <summary>The value without a key, where it is one word or number.</summary>
    private static JsonValue? Default(PropertyInfo property)
    {
        if (OptionsBinder.IsRequired(property) || property.ReflectedType!.GetConstructor([]) is null)
            return null;
        return property.GetValue(Activator.CreateInstance(property.ReflectedType)) switch
        {
            bool truth => JsonValue.Create(truth),
            string text => JsonValue.Create(text),
            Enum word => JsonValue.Create(JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString())),
            TimeSpan time => JsonValue.Create(time.TotalSeconds),
            IConvertible number when number.ToDouble(CultureInfo.InvariantCulture) is var value && double.IsFinite(value) =>
                JsonValue.Create(value),
            _ => null,
        };
    }
}
