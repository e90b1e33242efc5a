using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;
using Robotics.Core.Links;
using Robotics.Core.Models;

namespace Robotics.Configuration.Tasks;

/// <summary>Reads <c>limits:</c>, the guard's limits, against the model's actuators.</summary>
internal sealed class LimitsResolver(IModelCatalog catalog, ErrorList errors)
{
    public GuardOptions Resolve(YamlNode? node)
    {
        if (node is null)
            return new GuardOptions();
        if (node is not YamlSequence list)
        {
            errors.Add(
                node, $"expected a list of entries with the keys actuators, joints, low, high, maximum_rate; found {node.Description}");
            return new GuardOptions();
        }

        var n = catalog.Actuators.Count;
        double[] low = [.. Enumerable.Repeat(double.NegativeInfinity, n)];
        double[] high = [.. Enumerable.Repeat(double.PositiveInfinity, n)];
        double[] rate = [.. Enumerable.Repeat(double.PositiveInfinity, n)];
        foreach (var item in list.Items)
        {
            if (SectionReader.Open(item, errors, "actuators", "joints", "low", "high", "maximum_rate") is not { } section)
                continue;
            int[] indices = [.. ActionResolver.Actuators(section, catalog, errors).Select(a => IndexOf(a.Actuator))];
            Fill(section, "low", indices, low);
            Fill(section, "high", indices, high);
            Fill(section, "maximum_rate", indices, rate);
            if (section.Find("maximum_rate") is { } rateNode && indices.Any(i => !(rate[i] > 0)))
                errors.Add(rateNode, "'maximum_rate' must be above 0");
            if (indices.FirstOrDefault(i => !(low[i] <= high[i]), -1) is >= 0 and var empty)
                errors.Add(item, $"the limits of actuator '{catalog.Actuators[empty].Name}' are empty; 'low' must not be above 'high'");
        }

        return new GuardOptions { Low = low, High = high, MaximumRate = rate };
    }

    private int IndexOf(ActuatorSpec actuator) => catalog.Actuators.TakeWhile(a => a != actuator).Count();

    private void Fill(SectionReader section, string key, int[] indices, double[] into)
    {
        if (section.Find(key) is not { } node || NumberList.Read(node, indices.Length, "actuator", errors) is not { } values)
            return;
        for (var i = 0; i < indices.Length; i++)
            into[indices[i]] = values[i];
    }
}
