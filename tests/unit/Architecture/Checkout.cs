using System.Xml.Linq;

namespace Robotics.Tests.Unit.Architecture;

/// <summary>The source tree under test.</summary>
internal static class Checkout
{
    /// <summary>The folder that holds Robotics.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every room's project file, by the name of its folder.</summary>
    public static IReadOnlyDictionary<string, string> Rooms { get; } = Directory.GetDirectories(Path.Combine(Root, "src"))
        .SelectMany(folder => Directory.GetFiles(folder, "*.csproj"))
        .ToDictionary(file => Path.GetFileName(Path.GetDirectoryName(file)!), StringComparer.Ordinal);

    /// <summary>Source files below a folder of the checkout, without build output.</summary>
    public static IEnumerable<string> Sources(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal));

    /// <summary>A path as a reader of the checkout knows it.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path);

    /// <summary>The name of the assembly that a project builds.</summary>
    public static string AssemblyName(string project) =>
        XDocument.Load(project).Descendants("AssemblyName").FirstOrDefault(element => element.Parent?.Attribute("Condition") is null)?.Value
        ?? Path.GetFileNameWithoutExtension(project);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Robotics.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run from inside the checkout: no Robotics.sln above the test program.");
    }
}
