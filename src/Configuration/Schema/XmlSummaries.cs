using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Robotics.Configuration.Schema;

/// <summary>Documentation summaries that the compiler writes next to an assembly, as plain text. Thread-safe.</summary>
internal static partial class XmlSummaries
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>> Files = new();

    /// <summary>The summary of a property; null where there is none.</summary>
    public static string? Find(PropertyInfo property)
    {
        var owner = property.DeclaringType!;
        var name = $"P:{owner.FullName!.Replace('+', '.')}.{property.Name}";
        return Files.GetOrAdd(owner.Assembly, Read).TryGetValue(name, out var summary) ? Text(summary) : null;
    }

    private static Dictionary<string, XElement> Read(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        return !File.Exists(path) ? [] : XDocument.Load(path).Descendants("member")
            .Where(m => m.Element("summary") is not null)
            .ToDictionary(m => m.Attribute("name")!.Value, m => m.Element("summary")!);
    }

    /// <summary>References become the last part of their names.</summary>
    private static string Text(XElement summary) => Blanks().Replace(string.Concat(summary.Nodes().Select(n => n switch
    {
        XElement { Name.LocalName: "see" } see => see.Attribute("cref")?.Value.Split('.', ':')[^1] ?? "",
        XElement element => element.Value,
        XText text => text.Value,
        _ => "",
    })), " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
