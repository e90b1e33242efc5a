using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Robotics.Tests.Unit.Torch;

/// <summary>
/// The public surface of an assembly as sorted lines, one per type and member: names, parameter names, defaults, return
/// types, tuple names, constraints. Nullability and the words virtual and override are left out.
/// </summary>
internal static class ApiSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>What the assembly declares.</summary>
    public static IEnumerable<string> Own(Assembly assembly) => Lines(assembly, false);

    /// <summary>What a user of the assembly can write: an inherited member counts for the derived type too.</summary>
    public static IEnumerable<string> Usable(Assembly assembly) => Lines(assembly, true);

    private static IEnumerable<string> Lines(Assembly assembly, bool inherited)
    {
        foreach (var type in assembly.GetTypes().Where(type => type.IsVisible))
        {
            var name = TypeText.Of(type);
            yield return "type " + name + " " + Kind(type);
            if (type.BaseType is { } parent) yield return name + " : " + TypeText.Of(parent);
            foreach (var contract in type.GetInterfaces().Where(contract => contract.IsVisible)) yield return name + " : " + TypeText.Of(contract);
            for (var level = type; level is not null; level = inherited ? level.BaseType : null)
            {
                foreach (var line in level.GetMembers(Declared).SelectMany(Member)) yield return name + " :: " + line;
            }
        }
    }

    private static string Kind(Type type) => type.IsEnum ? "enum " + TypeText.Of(Enum.GetUnderlyingType(type))
        : type.IsInterface ? "interface"
        : type.IsValueType ? "struct"
        : (type.IsAbstract, type.IsSealed) switch { (true, true) => "static class", (true, _) => "abstract class", (_, true) => "sealed class", _ => "class" };

    private static IEnumerable<string> Member(MemberInfo member)
    {
        if (member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is not MethodInfo) yield break;
        switch (member)
        {
            case MethodBase { IsSpecialName: true } accessor when accessor.Name.StartsWith("get_", StringComparison.Ordinal) || accessor.Name.StartsWith("set_", StringComparison.Ordinal):
                yield break;
            case MethodBase { Name: "Finalize" }:
                yield break;
            case MethodBase method when Access(method) is { } access:
                yield return access + Method(method);
                break;
            case PropertyInfo property:
                if (property.GetMethod is { } getter && Access(getter) is { } read) yield return read + Static(getter) + Property(property) + " get";
                if (property.SetMethod is { } setter && Access(setter) is { } write) yield return write + Static(setter) + Property(property) + " set";
                break;
            case FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly:
                var value = field.IsLiteral ? " = " + Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture) : "";
                yield return (field.IsPublic ? "" : "protected ") + (field.IsStatic ? "static " : "") + TypeText.Of(field.FieldType) + " " + field.Name + value;
                break;
        }
    }

    private static string? Access(MethodBase method)
        => method.IsPublic ? "" : method.IsFamily || method.IsFamilyOrAssembly ? "protected " : null;

    private static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    private static string Method(MethodBase method)
    {
        var result = method is MethodInfo info ? TypeText.Of(info.ReturnParameter) + " " : "";
        var generic = method.IsGenericMethod ? "<" + string.Join(", ", method.GetGenericArguments().Select(TypeText.Constraint)) + ">" : "";
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return Static(method) + result + method.Name + generic + "(" + extension + string.Join(", ", method.GetParameters().Select(TypeText.Parameter)) + ")";
    }

    private static string Property(PropertyInfo property)
    {
        var indices = property.GetIndexParameters();
        return TypeText.Of(property.PropertyType) + " " + property.Name + (indices.Length > 0 ? "[" + string.Join(", ", indices.Select(TypeText.Parameter)) + "]" : "");
    }
}
