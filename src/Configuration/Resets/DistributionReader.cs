using System.Globalization;
using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;

namespace Robotics.Configuration.Resets;

/// <summary>Reads the distributions of joints and points.</summary>
internal sealed class DistributionReader(ErrorList errors)
{
    /// <summary><c>uniform: [low, high]</c>, <c>normal: {mean, sd}</c> or <c>value</c>; each number once or per joint.</summary>
    public VectorDistribution? Joints(YamlNode node, int count)
    {
        if (SectionReader.Open(node, errors, "uniform", "normal", "value") is not { } section
            || section.OneOf("uniform", "normal", "value") is not { } chosen)
            return null;
        switch (chosen.Key.Text)
        {
            case "uniform" when chosen.Value is YamlSequence { Items.Count: 2 } bounds:
                return Box(
                    NumberList.Read(bounds.Items[0], count, "joint", errors), NumberList.Read(bounds.Items[1], count, "joint", errors),
                    bounds.Items[0]);
            case "uniform":
                errors.Add(chosen.Value, "expected [low, high]");
                return null;
            case "normal":
                return Normal(chosen.Value, (n, what) => NumberList.Read(n, count, what, errors), "joint");
            default:
                var value = NumberList.Read(chosen.Value, count, "joint", errors);
                return Box(value, value, chosen.Value);
        }
    }

    /// <summary>
    /// <c>box: {low, high}</c>, <c>ball: {centre, radius}</c>, <c>shell: {centre, inner_radius, outer_radius}</c>,
    /// <c>normal: {mean, sd}</c> or <c>value</c>, of any dimension or of a given one.
    /// </summary>
    public VectorDistribution? Point(YamlNode node, int? count = null)
    {
        string[] kinds = ["box", "ball", "shell", "normal", "value"];
        if (SectionReader.Open(node, errors, kinds) is not { } section || section.OneOf(kinds) is not { } chosen)
            return null;
        switch (chosen.Key.Text)
        {
            case "box":
                return Box(chosen.Value, count);
            case "ball":
                return Shell(SectionReader.Open(chosen.Value, errors, "centre", "radius"), null, "radius", count);
            case "shell":
                return Shell(
                    SectionReader.Open(chosen.Value, errors, "centre", "inner_radius", "outer_radius"), "inner_radius", "outer_radius",
                    count);
            case "normal":
                var dimension = count;
                return Normal(chosen.Value, (n, _) => Growing(n, ref dimension), "coordinate");
            default:
                var value = NumberList.Vector(chosen.Value, errors, count);
                return Box(value, value, chosen.Value);
        }
    }

    // The mean gives the dimension; the std may then be one number for all.
    private double[]? Growing(YamlNode node, ref int? dimension)
    {
        var numbers = node is YamlScalar && dimension is { } n
            ? NumberList.Read(node, n, "coordinate", errors)
            : NumberList.Vector(node, errors, dimension);
        dimension ??= numbers?.Length;
        return numbers;
    }

    private BoxDistribution? Box(YamlNode node, int? count)
    {
        if (SectionReader.Open(node, errors, "low", "high") is not { } section
            || section.Require("low") is not { } lowNode || section.Require("high") is not { } highNode)
            return null;
        var low = NumberList.Vector(lowNode, errors, count);
        return low is null ? null : Box(low, NumberList.Vector(highNode, errors, low.Length), lowNode);
    }

    private BoxDistribution? Box(double[]? low, double[]? high, YamlNode at)
    {
        if (low is null || high is null)
            return null;
        for (var i = 0; i < low.Length; i++)
        {
            if (double.IsFinite(low[i]) && double.IsFinite(high[i]) && low[i] <= high[i])
                continue;
            errors.Add(
                NumberList.At(at, i),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the range [{low[i]}, {high[i]}] is empty or endless; give finite numbers, the lower first"));
            return null;
        }

        return new BoxDistribution(low, high);
    }

    private NormalDistribution? Normal(YamlNode node, Func<YamlNode, string, double[]?> read, string what)
    {
        if (SectionReader.Open(node, errors, "mean", "sd") is not { } section
            || section.Require("mean") is not { } meanNode || section.Require("sd") is not { } sdNode
            || read(meanNode, what) is not { } mean || read(sdNode, what) is not { } sd)
            return null;
        for (var i = 0; i < sd.Length; i++)
        {
            if (double.IsFinite(mean[i]) && double.IsFinite(sd[i]) && sd[i] >= 0)
                continue;
            errors.Add(NumberList.At(sdNode, i), "'mean' must be finite, and 'sd' finite and 0 or more");
            return null;
        }

        return new NormalDistribution(mean, sd);
    }

    private ShellDistribution? Shell(SectionReader? section, string? innerKey, string outerKey, int? count)
    {
        if (section?.Require("centre") is not { } centreNode || NumberList.Vector(centreNode, errors, count) is not { } centre)
            return null;
        var inner = innerKey is null ? 0 : section.RequireNumber(innerKey, 0, 1e6);
        if (inner is not { } from || section.RequireNumber(outerKey, 0, 1e6) is not { } to)
            return null;
        if (from < to)
            return new ShellDistribution(centre, from, to);
        errors.Add(section.Find(outerKey)!, innerKey is null ? "'radius' must be above 0" : "'outer_radius' must be above 'inner_radius'");
        return null;
    }
}
