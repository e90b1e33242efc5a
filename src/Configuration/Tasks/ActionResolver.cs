using System.Globalization;
using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;
using Robotics.Core.Models;
using Robotics.Core.Spaces;

namespace Robotics.Configuration.Tasks;

/// <summary>Reads <c>action:</c> against the model's actuators.</summary>
/// <param name="catalog">The names in the model.</param>
/// <param name="errors">Receives what is wrong.</param>
/// <param name="modelFormat">The model file's extension, with the dot: it decides what can be done about missing actuators.</param>
internal sealed class ActionResolver(IModelCatalog catalog, ErrorList errors, string modelFormat)
{
    internal static readonly string[] ChannelKeys = ["actuators", "joints", "mode", "reference", "low", "high", "range_from"];

    internal enum RangeSource
    {
        Model,
    }

    public ActionSpace? Resolve(YamlNode node)
    {
        if (SectionReader.Open(node, errors, [.. ChannelKeys, "channels", "resampling"]) is not { } section)
            return null;
        var resampling = section.Word<ActionResampling>("resampling") ?? ActionResampling.Hold;
        var channels = new List<ActionChannel>();
        var before = errors.Count;
        if (section.Find("channels") is null)
        {
            Group(section, channels);
        }
        else
        {
            section.Refuse("it belongs to an item of 'channels'", ChannelKeys);
            foreach (var item in section.Items("channels"))
            {
                if (SectionReader.Open(item, errors, ChannelKeys) is { } group)
                    Group(group, channels);
            }
        }

        foreach (var twice in channels.GroupBy(c => c.Name).Where(g => g.Count() > 1))
            errors.Add(node, $"actuator '{twice.Key}' is commanded twice");
        if (channels.Count > 0)
            return new ActionSpace(channels, resampling);
        if (errors.Count == before)
            errors.Add(node, $"nothing is commanded: {WithoutActuators()}");
        return null;
    }

    // MJCF files include MJCF only.
    private string WithoutActuators() => modelFormat.ToLowerInvariant() switch
    {
        ".urdf" => "a URDF has no actuators and no MJCF file can include it; convert it to MJCF with MuJoCo's program 'compile' "
            + "(compile robot.urdf robot.xml), then write an <actuator> section in a file that includes robot.xml",
        ".mjb" => "the model has no such actuator and no MJCF file can include an .mjb; "
            + "write an <actuator> section in the MJCF file that it was compiled from",
        _ => "the model has no such actuator; write an <actuator> section in a file that includes the model's",
    };

    private void Group(SectionReader section, List<ActionChannel> channels)
    {
        var actuators = Actuators(section, catalog, errors);
        var reference = section.Word<ActionReference>("reference") ?? ActionReference.Absolute;
        var mode = section.Word<ActionMode>("mode");
        section.Word<RangeSource>("range_from");
        var (low, high) = Range(section, reference, actuators.Count);
        for (var i = 0; i < actuators.Count; i++)
        {
            var (actuator, at) = actuators[i];
            if (!AgreesInMode(actuator, section.Find("mode") ?? at, mode, reference))
                continue;
            if (low is null && RangeKeysGiven(section))
                continue;
            var (l, h) = low is null ? (actuator.Low, actuator.High) : (low[i], high![i]);
            if (IsRangeGood(section, actuator, reference, at, i, l, h))
                channels.Add(new ActionChannel(actuator.Name, actuator.Mode, reference, l, h));
        }
    }

    /// <summary>The actuators that a section names directly or by the joints that they drive.</summary>
    public static IReadOnlyList<(ActuatorSpec Actuator, YamlNode At)> Actuators(
        SectionReader section, IModelCatalog catalog, ErrorList errors)
    {
        if (section.OneOf("actuators", "joints") is not { } named)
            return [];
        if (named.Key.Text == "actuators")
        {
            var names = NameSelection.Read(named.Value, [.. catalog.Actuators.Select(a => a.Name)], "actuator", errors);
            return [.. names.Select(n => (catalog.Actuators.First(a => a.Name == n.Name), n.At))];
        }

        var driven = catalog.Actuators.Where(a => a.JointName is not null).ToArray();
        var found = new List<(ActuatorSpec, YamlNode)>();
        foreach (var (name, at) in NameSelection.Read(named.Value, [.. catalog.Joints.Select(j => j.Name)], "joint", errors))
        {
            var drivers = driven.Where(a => a.JointName == name).ToArray();
            if (drivers.Length == 1)
                found.Add((drivers[0], at));
            else if (drivers.Length > 1)
                errors.Add(
                    at,
                    $"joint '{name}' has several actuators ({string.Join(", ", drivers.Select(d => d.Name))}); name one under 'actuators'");
            else if (at is not YamlScalar { Text: "all" })
                errors.Add(at, WithoutDriver(name, driven, catalog));
        }

        return found;
    }

    private static string WithoutDriver(string joint, ActuatorSpec[] driven, IModelCatalog catalog)
    {
        string[] coupled = [.. catalog.Actuators.Where(a => a.CoupledJoints.Contains(joint)).Select(a => a.Name)];
        return coupled.Length == 0
            ? $"joint '{joint}' has no actuator{Suggestion.For(joint, driven.Select(d => d.JointName!))}"
            : $"joint '{joint}' has no actuator of its own: a tendon moves it with others; "
              + $"write 'actuators: {coupled[0]}' in place of the joint"
              + (coupled.Length > 1 ? $", or one of {string.Join(", ", coupled[1..])}" : "");
    }

    private static bool RangeKeysGiven(SectionReader section) => section.Find("low") is not null || section.Find("high") is not null;

    private (double[]? Low, double[]? High) Range(SectionReader section, ActionReference reference, int count)
    {
        if (!RangeKeysGiven(section))
        {
            if (reference == ActionReference.Delta)
                errors.Add(section.Node, "a delta action needs 'low' and 'high': the largest steps down and up per action");
            return (null, null);
        }

        section.Refuse("'low' and 'high' are given", "range_from");
        var (low, high) = (section.Require("low"), section.Require("high"));
        if (low is null || high is null)
            return (null, null);
        var (l, h) = (NumberList.Read(low, count, "actuator", errors), NumberList.Read(high, count, "actuator", errors));
        return l is null || h is null ? (null, null) : (l, h);
    }

    private bool AgreesInMode(ActuatorSpec actuator, YamlNode at, ActionMode? mode, ActionReference reference)
    {
        if (mode is { } wanted && wanted != actuator.Mode)
        {
            errors.Add(
                at,
                $"actuator '{actuator.Name}' takes {Word(actuator.Mode)}, not {Word(wanted)}; say 'mode: {Word(actuator.Mode)}', or make "
                + $"it {Element(wanted)} in the MJCF");
            return false;
        }

        if (reference == ActionReference.Delta && actuator.Mode != ActionMode.Position)
        {
            errors.Add(at, $"actuator '{actuator.Name}' takes {Word(actuator.Mode)}: only positions can be commanded as a delta");
            return false;
        }

        return true;
    }

    private bool IsRangeGood(
        SectionReader section, ActuatorSpec actuator, ActionReference reference, YamlNode at, int i, double low, double high)
    {
        if (reference == ActionReference.Delta && !RangeKeysGiven(section))
            return false;
        if (!double.IsFinite(low) || !double.IsFinite(high))
        {
            errors.Add(
                at,
                $"actuator '{actuator.Name}' has no control range in the model; give finite 'low' and 'high', or a ctrlrange in the MJCF");
            return false;
        }

        if (!(low < high))
        {
            errors.Add(
                section.Find("low") is { } node ? NumberList.At(node, i) : at,
                Invariant($"the range [{low}, {high}] of actuator '{actuator.Name}' is empty; 'low' must be below 'high'"));
            return false;
        }

        if (reference == ActionReference.Absolute && (low < actuator.Low - 1e-9 || high > actuator.High + 1e-9))
        {
            var key = low < actuator.Low - 1e-9 ? "low" : "high";
            errors.Add(
                NumberList.At(section.Find(key)!, i),
                Invariant(
                    $"the range [{low}, {high}] leaves the model's range [{actuator.Low}, {actuator.High}] of actuator '{actuator.Name}'"));
            return false;
        }

        return true;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Word(ActionMode mode) => mode.ToString().ToLowerInvariant();

    private static string Element(ActionMode mode) => mode switch
    {
        ActionMode.Position => "a <position> actuator",
        ActionMode.Velocity => "a <velocity> actuator",
        _ => "a <motor>",
    };
}
