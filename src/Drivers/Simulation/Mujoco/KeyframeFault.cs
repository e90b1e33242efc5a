using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>
/// Explains a keyframe with too few or too many coordinates: mostly one that stands in an included file, beside which another file puts
/// something with a joint. For set-up.
/// </summary>
internal static partial class KeyframeFault
{
    /// <summary>The sentence; null when MuJoCo's words are about something else.</summary>
    /// <param name="path">The file that was to be loaded.</param>
    /// <param name="words">MuJoCo's words.</param>
    /// <param name="files">The model's files.</param>
    public static string? Explain(string path, string words, MjcfFiles files)
    {
        if (WrongSize().Match(words) is not { Success: true } match)
            return null;
        var expected = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        var (file, keyframe) = files.Elements.FirstOrDefault(
            e => e.Element.Name.LocalName == "key" && Count(e.Element) is > 0 and var n && n != expected);
        if (keyframe is null)
            return null;
        var name = keyframe.Attribute("name")?.Value is { } text ? $"keyframe '{text}'" : "this keyframe";
        (string File, XElement Element)[] others = [.. files.Elements.Where(e => e.File != file && IsJoint(e.Element))];
        var adding = string.Join(" and ", others.Select(
            o => $"{Describe(o.Element)} ({MjcfFiles.Place(o.File, o.Element)}) adds {Coordinates(o.Element)}"));
        var remedy = file == path || others.Length == 0
            ? $"give all {expected}: 7 for a free joint, 4 for a ball joint, 1 for any other"
            : $"take it out of that file and write it in {path} with all {expected}, of a free joint x y z and the quaternion w x y z";
        return $"{MjcfFiles.Place(file, keyframe)}: {name} gives {Count(keyframe)} numbers in qpos, but the model has {expected}"
            + $"{(adding.Length > 0 ? $": {adding}" : "")}; {remedy}.";
    }

    private static int Count(XElement keyframe) =>
        keyframe.Attribute("qpos")?.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length ?? 0;

    private static bool IsJoint(XElement element) =>
        element.Name.LocalName is "joint" or "freejoint" && element.Ancestors("body").Any();

    private static int Coordinates(XElement joint) => joint.Name.LocalName == "freejoint" ? 7 : joint.Attribute("type")?.Value switch
    {
        "free" => 7,
        "ball" => 4,
        _ => 1,
    };

    private static string Describe(XElement joint)
    {
        if (joint.Attribute("name")?.Value is { } name)
            return $"joint '{name}'";
        var kind = Coordinates(joint) == 7 ? "free joint" : "joint";
        return joint.Parent?.Attribute("name")?.Value is { } body ? $"the {kind} of body '{body}'" : $"a {kind} without a name";
    }

    [GeneratedRegex(@"invalid qpos size, expected length (\d+)")]
    private static partial Regex WrongSize();
}
