using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Robotics.Tests.Unit.Torch;

/// <summary>Types and parameters as text, the same for two assemblies that declare the same things.</summary>
internal static class TypeText
{
    public static string Of(Type type)
    {
        if (type.IsByRef) return "ref " + Of(type.GetElementType()!);
        if (type.IsArray) return Of(type.GetElementType()!) + "[" + new string(',', type.GetArrayRank() - 1) + "]";
        if (type.IsGenericParameter) return type.Name;
        var name = (type.FullName ?? type.Namespace + "." + type.Name).Split('[')[0];
        return type.IsGenericType ? name + "<" + string.Join(", ", type.GetGenericArguments().Select(Of)) + ">" : name;
    }

    public static string Of(ParameterInfo parameter)
    {
        var names = parameter.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType.FullName == typeof(TupleElementNamesAttribute).FullName);
        if (names is null) return Of(parameter.ParameterType);
        var list = (IEnumerable<CustomAttributeTypedArgument>)names.ConstructorArguments[0].Value!;
        return Of(parameter.ParameterType) + "(" + string.Join(", ", list.Select(item => item.Value ?? "_")) + ")";
    }

    public static string Parameter(ParameterInfo parameter)
    {
        var isParams = parameter.GetCustomAttributesData().Any(data => data.AttributeType.Name is "ParamArrayAttribute" or "ParamCollectionAttribute");
        var text = (parameter.IsOut ? "out " : "") + (isParams ? "params " : "") + Of(parameter) + " " + parameter.Name;
        return parameter.HasDefaultValue ? text + " = " + (Convert.ToString(parameter.RawDefaultValue, CultureInfo.InvariantCulture) is { Length: > 0 } value ? value : "null") : text;
    }

    public static string Constraint(Type parameter)
    {
        var kinds = parameter.GenericParameterAttributes & GenericParameterAttributes.SpecialConstraintMask;
        return parameter.Name + " : " + string.Join(", ", parameter.GetGenericParameterConstraints().Select(Of).Prepend(kinds.ToString()));
    }
}
