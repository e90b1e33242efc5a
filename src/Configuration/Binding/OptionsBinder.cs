using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;

namespace Robotics.Configuration.Binding;

/// <summary>
/// Fills the init-properties of options from YAML. A property <c>LearningRate</c> has the key <c>learning_rate</c>; a
/// <see cref="TimeSpan"/> named <c>Delay</c> has the key <c>delay_seconds</c> or <c>delay_ms</c>. Numbers, booleans, text,
/// enumerations (by snake_case), nested options, and arrays or read-only lists of these are known. A range that a property states
/// (<see cref="RangeAttribute"/>) is checked where the value stands; options that are <see cref="IValidatable"/> check the rest
/// themselves; a key that has no effect is refused where options name it (<see cref="IConditionalOptions"/>). Needs a constructor
/// without parameters; absent keys keep their defaults. Thread-safe; for set-up.
/// </summary>
public static class OptionsBinder
{
    /// <summary>Binds a section.</summary>
    /// <param name="section">The section; null for an absent one, which gives the defaults.</param>
    /// <typeparam name="T">The options.</typeparam>
    /// <exception cref="ConfigurationException">Unknown keys, wrong types, or values that the options refuse.</exception>
    public static T Bind<T>(YamlNode? section)
        where T : class, new()
    {
        if (section is null)
            return new T();
        var errors = new ErrorList();
        var options = Bind(typeof(T), section, errors);
        errors.ThrowIfAny();
        return (T)options!;
    }

    /// <summary>Binds a section that must be there, to options that may have required properties.</summary>
    /// <param name="section">The section.</param>
    /// <typeparam name="T">The options; they need a constructor without parameters.</typeparam>
    /// <exception cref="ConfigurationException">Unknown or missing keys, wrong types, or values that the options refuse.</exception>
    public static T BindSection<T>(YamlNode section)
        where T : class
    {
        var errors = new ErrorList();
        var options = Bind(typeof(T), section, errors);
        errors.ThrowIfAny();
        return (T)options!;
    }

    /// <summary>The keys of a section that <see cref="Bind{T}"/> understands, for documentation and completion.</summary>
    public static IReadOnlyList<string> KnownKeys<T>() => [.. Properties(typeof(T)).SelectMany(KeysOf)];

    internal static object? Bind(Type type, YamlNode node, ErrorList errors)
    {
        if (node is not YamlMapping mapping)
        {
            errors.Add(node, $"expected a mapping of keys to values, found {node.Description}");
            return null;
        }

        var before = errors.Count;
        var options = Activator.CreateInstance(type)!;
        var byKey = Properties(type).SelectMany(p => KeysOf(p).Select(k => (Key: k, Property: p))).ToDictionary(
            p => p.Key, p => p.Property);
        var given = new Dictionary<string, YamlEntry>();
        foreach (var entry in mapping.Entries)
        {
            if (!byKey.TryGetValue(entry.Key.Text, out var property))
                errors.Add(entry.Key, $"unknown key '{entry.Key.Text}'{Suggestion.For(entry.Key.Text, byKey.Keys)}");
            else if (!given.TryAdd(property.Name, entry))
                errors.Add(entry.Key, $"'{entry.Key.Text}' repeats '{given[property.Name].Key.Text}'; give one of them");
            else if (ScalarConversion.Convert(property.PropertyType, entry, errors) is { } value)
                Set(options, property, entry, value, errors);
        }

        foreach (var property in Properties(type).Where(p => IsRequired(p) && !given.ContainsKey(p.Name)))
            errors.Add(mapping, $"the key '{KeysOf(property)[0]}' is missing");
        if (errors.Count == before)
            Validate(options, mapping, given, errors);
        return options;
    }

    private static void Set(object options, PropertyInfo property, YamlEntry entry, object value, ErrorList errors)
    {
        if (OptionRange.Problem(property, value) is { } problem)
            errors.Add(entry.Value, $"'{entry.Key.Text}' {problem}");
        else
            property.SetValue(options, value);
    }

    private static void Validate(object options, YamlMapping mapping, Dictionary<string, YamlEntry> given, ErrorList errors)
    {
        try
        {
            (options as IValidatable)?.Validate();
            foreach (var unused in (options as IConditionalOptions)?.FindUnused() ?? [])
                Refuse(unused, mapping, errors);
        }
        catch (ArgumentOutOfRangeException e)
        {
            var message = e.Message.Split(" (Parameter", 2)[0];
            var entry = given.GetValueOrDefault(e.ParamName ?? "");
            var name = entry?.Key.Text ?? Key(e.ParamName ?? "");
            errors.Add(
                entry?.Value ?? mapping,
                message.StartsWith("must", StringComparison.Ordinal) ? $"'{name}' {message}" : $"'{name}': {message}");
        }
        catch (UserErrorException e)
        {
            errors.Add(mapping, e.Message);
        }
    }

    /// <summary>
    /// Refuses a key without effect, unless settings that are laid over its file made it so, or it is an old key, which never had to have
    /// one.
    /// </summary>
    private static void Refuse(UnusedOption unused, YamlMapping mapping, ErrorList errors)
    {
        YamlEntry? entry = null;
        foreach (var name in unused.Path.Split('.'))
            entry = ((entry is null ? mapping : entry.Value) as YamlMapping)?.Find(Key(name));
        if (entry is not { Key.Former: null })
            return;
        var chosen = unused.ChosenBy.Select(name => mapping.Find(Key(name))?.Key.Location.File);
        if (IsOf(entry.Key.Location.File) && chosen.Any(file => file is not null && !IsOf(file)))
            return;
        errors.Add(entry.Key, $"'{entry.Key.Text}' has no effect: {unused.Reason}");

        bool IsOf(string file) => file == mapping.Location.File;
    }

    private static string Key(string property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property);

    /// <summary>The properties that have a key.</summary>
    internal static PropertyInfo[] Properties(Type type) =>
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(
                p => p.SetMethod?.IsPublic == true && p.GetIndexParameters().Length == 0)];

    /// <summary>True when a key must be given.</summary>
    internal static bool IsRequired(PropertyInfo property) => property.GetCustomAttribute<RequiredMemberAttribute>() is not null;

    /// <summary>The keys of a property, one of which may be given.</summary>
    internal static string[] KeysOf(PropertyInfo property)
    {
        var name = Key(property.Name);
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type == typeof(TimeSpan) ? [$"{name}_seconds", $"{name}_ms"] : [name];
    }
}
