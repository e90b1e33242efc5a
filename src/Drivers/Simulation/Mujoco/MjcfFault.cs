using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Robotics.Core.Errors;

namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>
/// Turns MuJoCo's message about a model file into one sentence with the place: MuJoCo names no file, and no line either for what
/// stands in an included one, so the element that it means is looked for. Thread-safe; for set-up.
/// </summary>
internal static partial class MjcfFault
{
    /// <summary>The exception for a model that MuJoCo refuses.</summary>
    /// <param name="path">The file that was to be loaded.</param>
    /// <param name="words">MuJoCo's words, in several lines.</param>
    /// <param name="version">MuJoCo's version number.</param>
    public static UserErrorException Explain(string path, string words, int version)
    {
        if (BrokenXml(path) is { } broken)
            return broken;
        var files = MjcfFiles.Open(path);
        if (KeyframeFault.Explain(path, words, files) is { } keyframe)
            return new UserErrorException(keyframe);
        var clues = Clues(words);
        var place = files.Find(clues) ?? path;
        var remedy = Remedy(path, words, files.Element(clues)?.Element);
        return new UserErrorException($"{place}: MuJoCo {VersionText(version)} refuses the model: {Reason(words)}; {remedy}.");
    }

    private static string Remedy(string path, string words, XElement? element)
    {
        if (Path.GetExtension(path) == ".mjb")
        {
            return "an .mjb is read only whole, and only by the version that wrote it: compile it anew from its MJCF file, "
                + "or name that file itself";
        }

        if (IsUnknownWord(words))
        {
            return NewerWords.Replacement(words, element) ?? "the file may be written for a newer MuJoCo: build with a newer release "
                + "(environment variable MUJOCO_ROOT), or replace it by what this one knows; taking it out can change how the robot moves";
        }

        return IsMissingFile(words)
            ? "put the file there; names are relative to the folder of the model's file and the compiler's meshdir"
            : "correct the file";
    }

    /// <summary>A version number as people write it: 222 is 2.2.2, and 3004001 is 3.4.1.</summary>
    public static string VersionText(int version) => version < 1000
        ? string.Create(CultureInfo.InvariantCulture, $"{version / 100}.{version / 10 % 10}.{version % 10}")
        : string.Create(CultureInfo.InvariantCulture, $"{version / 1000000}.{version / 1000 % 1000}.{version % 1000}");

    private static bool IsUnknownWord(string words) =>
        words.Contains("Schema violation: unrecognized", StringComparison.Ordinal)
            || words.Contains("invalid keyword", StringComparison.Ordinal);

    private static bool IsMissingFile(string words) =>
        words.Contains("could not open", StringComparison.OrdinalIgnoreCase)
            || words.Contains("cannot open file", StringComparison.OrdinalIgnoreCase)
        || words.Contains("FILE_NOT_FOUND", StringComparison.Ordinal);

    private static UserErrorException? BrokenXml(string path)
    {
        if (Path.GetExtension(path).ToLowerInvariant() is not (".xml" or ".urdf"))
            return null;
        foreach (var file in MjcfFiles.Names(path))
        {
            try
            {
                XDocument.Load(file);
            }
            catch (XmlException e)
            {
                var place = string.Create(CultureInfo.InvariantCulture, $"{file}:{e.LineNumber}:{e.LinePosition}");
                return new UserErrorException(
                    $"{place}: this is not whole XML: {Sentence().Replace(e.Message, "").TrimEnd('.', ' ')}; correct the file.", e);
            }
            catch (IOException)
            {
                // MuJoCo reports missing files.
                continue;
            }
        }

        return null;
    }

    private static string Reason(string words)
    {
        var first = words.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(l => !l.StartsWith("Element '", StringComparison.Ordinal) && !l.StartsWith("Object name", StringComparison.Ordinal));
        var text = Labels().Replace(string.Join(' ', first), "").Trim();
        return ElementName().Match(words) is { Success: true } element
            && !text.Contains($"'{element.Groups[1].Value}'", StringComparison.Ordinal)
            ? $"{text.TrimEnd('.')} in <{element.Groups[1].Value}>"
            : text.TrimEnd('.');
    }

    private static MjcfClues Clues(string words) => new(
        ElementName().Match(words) is { Success: true } element ? element.Groups[1].Value : null,
        [.. Quoted().Matches(words).Select(m => m.Groups[1].Value).Where(q => q.Length > 0),
            .. ObjectName().Match(words) is { Success: true } named && named.Groups[1].Length > 0 ? new[] { named.Groups[1].Value } : []],
        Line().Match(words) is { Success: true } line ? int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture) : 0);

    [GeneratedRegex(@"(XML )?Error: |Schema violation: |XML parse error \d+: ")]
    private static partial Regex Labels();

    [GeneratedRegex(@"Element '(\w+)'")]
    private static partial Regex ElementName();

    [GeneratedRegex(@"Object name = ([^,\n]*),")]
    private static partial Regex ObjectName();

    [GeneratedRegex("'([^'\n]+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"line(?: =)? (\d+)")]
    private static partial Regex Line();

    [GeneratedRegex(@" Line \d+, position \d+\.$")]
    private static partial Regex Sentence();
}

/// <summary>Clues in MuJoCo's message to the place of an error.</summary>
/// <param name="Element">The element's name; or null.</param>
/// <param name="Words">Names, values and files that occur.</param>
/// <param name="Line">The line in the file that was loaded; 0 when it is not known.</param>
internal sealed record MjcfClues(string? Element, IReadOnlyList<string> Words, int Line);
