using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>An MJCF file with those that it includes, for finding a place in them. Immutable; for set-up.</summary>
internal sealed class MjcfFiles
{
    private readonly IReadOnlyList<(string File, XElement Element)> _elements;

    private MjcfFiles(IReadOnlyList<(string File, XElement Element)> elements) => _elements = elements;

    /// <summary>All elements, file by file.</summary>
    public IReadOnlyList<(string File, XElement Element)> Elements => _elements;

    /// <summary>Reads a model's files; those that cannot be read are left out.</summary>
    public static MjcfFiles Open(string path) =>
        new([.. Names(path).SelectMany(f => Read(f)?.Descendants().Select(e => (f, e)) ?? [])]);

    /// <summary>The file and those that it includes, each once; names of included files are relative to the first one's folder.</summary>
    public static IReadOnlyList<string> Names(string path)
    {
        var folder = Path.GetDirectoryName(path) ?? "";
        var names = new List<string> { path };
        for (var i = 0; i < names.Count; i++)
        {
            var included = Read(names[i])?.Descendants("include").Select(e => e.Attribute("file")?.Value).OfType<string>() ?? [];
            names.AddRange(included.Select(n => Path.Combine(folder, n)).Where(n => !names.Contains(n)).Distinct());
        }

        return names;
    }

    /// <summary>
    /// Everything that the model is made of and that is there: <see cref="Names"/>, then meshes, textures, height fields and skins. Their
    /// folder is the first file's, or the one that a <c>compiler</c> element gives.
    /// </summary>
    public static IReadOnlyList<string> WithAssets(string path)
    {
        var names = Names(path);
        var elements = names.SelectMany(n => Read(n)?.Descendants() ?? []).ToList();
        var folder = Path.GetDirectoryName(path) ?? "";
        string[] folders = [folder, .. elements.Where(e => e.Name.LocalName == "compiler").SelectMany(e => e.Attributes())
            .Where(a => a.Name.LocalName is "meshdir" or "texturedir" or "assetdir").Select(a => Path.Combine(folder, a.Value))];
        var assets = elements.Where(e => e.Name.LocalName != "include").SelectMany(e => e.Attributes())
            .Where(a => a.Name.LocalName.StartsWith("file", StringComparison.Ordinal))
            .SelectMany(a => folders.SelectMany(f => new[] { Path.Combine(f, a.Value), Path.Combine(f, Path.GetFileName(a.Value)) }));
        return [.. names.Concat(assets).Select(Path.GetFullPath).Where(File.Exists).Distinct()];
    }

    /// <summary>The place of the element that fits the clues best, as <c>file:line:column</c>; null when none does.</summary>
    public string? Find(MjcfClues clues) => Element(clues) is var (file, element) ? Place(file, element) : null;

    /// <summary>The element that fits the clues best, with its file; null when none does.</summary>
    public (string File, XElement Element)? Element(MjcfClues clues)
    {
        if (_elements.Count == 0)
            return null;
        var best = _elements.Select(e => (e.File, e.Element, Score: Score(e.Element, clues))).MaxBy(e => e.Score);
        return best.Score == 0 ? null : (best.File, best.Element);
    }

    /// <summary>An element's place, as <c>file:line:column</c>.</summary>
    public static string Place(string file, XElement element)
    {
        IXmlLineInfo at = element;

        // The reader counts columns at the name, editors at the bracket before it.
        return string.Create(CultureInfo.InvariantCulture, $"{file}:{at.LineNumber}:{at.LinePosition - 1}");
    }

    private static XDocument? Read(string file)
    {
        try
        {
            return File.Exists(file) ? XDocument.Load(file, LoadOptions.SetLineInfo) : null;
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Ties go to the first element. A line alone decides only among elements that nothing else distinguishes.</summary>
    private static int Score(XElement element, MjcfClues clues)
    {
        var score = element.Name.LocalName == clues.Element ? 4 : 0;
        foreach (var attribute in element.Attributes())
        {
            if (clues.Words.Contains(attribute.Name.LocalName) && clues.Element is not null)
                score += 3;
            else if (clues.Words.Any(w => Means(attribute, w)))
                score += 3;
        }

        if (clues.Element is null && clues.Words.Contains(element.Name.LocalName))
            score += 1;
        return ((IXmlLineInfo)element).LineNumber == clues.Line ? score + 2 : score;
    }

    // MuJoCo names a file with its folder, and a mesh without a name by its file.
    private static bool Means(XAttribute attribute, string word) =>
        attribute.Value == word || attribute.Value.Split(' ').Contains(word)
        || (
            attribute.Name.LocalName == "file"
                && (
                    Path.GetFileName(word) == Path.GetFileName(attribute.Value)
                        || Path.GetFileNameWithoutExtension(attribute.Value) == word));
}
