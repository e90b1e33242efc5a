using System.Reflection;

namespace TorchSharp.Utils;

/// <summary>The name under which a module registers the field it marks.</summary>
#pragma warning disable CA1813, CA1018 // TorchSharp's own is neither sealed nor restricted.
public class ComponentNameAttribute : Attribute
{
    public string Name { get; set; } = string.Empty;
}

internal static class ComponentNames
{
    internal static string Of(FieldInfo field) => field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
}
