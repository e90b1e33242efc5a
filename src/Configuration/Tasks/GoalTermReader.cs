using Robotics.Configuration.Binding;
using Robotics.Configuration.Expressions;
using Robotics.Configuration.Resets;
using Robotics.Configuration.Yaml;
using Robotics.Core.Models;
using Robotics.Core.Spaces;

namespace Robotics.Configuration.Tasks;

/// <summary>Reads a commanded term: a goal that is sampled for each episode.</summary>
internal sealed class GoalTermReader(IModelCatalog catalog, ErrorList errors)
{
    private static readonly string[] KnownUnits = ["m", "rad", "m/s", "rad/s"];

    public ResolvedTerm? Read(SectionReader section, string name, int offset)
    {
        section.Refuse("a commanded term has none", "offset", "quantity", "encoding", "clip");
        if (section.Word<ObservationSource>("source") is { } source && source != ObservationSource.Commanded)
            errors.Add(
                section.Find("source")!,
                $"a term that the task samples from a distribution is commanded, not {source.ToString().ToLowerInvariant()}");
        if (section.Word<TermTreatment>("treatment") is { } treatment && treatment != TermTreatment.Static)
            errors.Add(section.Find("treatment")!, "a commanded term does not change within an episode: its treatment is static");
        var unit = section.Text("unit") ?? "m";
        if (!KnownUnits.Contains(unit))
            errors.Add(section.Find("unit")!, $"unknown unit '{unit}'{Suggestion.For(unit, KnownUnits)}");
        if (new DistributionReader(errors).Point(section.Find("distribution")!) is not { } distribution)
            return null;
        var n = distribution.Dimension;
        var term = new TaskTerm
        {
            Name = name,
            Source = ObservationSource.Commanded,
            Treatment = TermTreatment.Static,
            Offset = offset,
            Dimension = n,
        };
        var (body, joints) = Places(section, n);
        string[] names = n is 2 or 3 ? [.. TermVector.Axes.Take(n)] : [.. Enumerable.Range(0, n).Select(i => $"{i}")];
        return new ResolvedTerm(term, section.Node, [.. names.Select(_ => unit)], names)
        {
            Goal = new GoalReset(name, distribution, body, joints),
        };
    }

    private (string? Body, IReadOnlyList<int> Joints) Places(SectionReader section, int dimension)
    {
        if (section.Find("places") is not { } node)
            return (null, []);
        if (node is not YamlSequence)
        {
            var body = NameSelection.One(node, catalog.PlaceableBodies, "mocap body", errors);
            if (body is not null && dimension != 3)
                errors.Add(node, $"a body is placed at 3 coordinates, but the goal has {dimension}");
            return (body, []);
        }

        string[] known = [.. catalog.Joints.Select(j => j.Name)];
        var joints = NameSelection.Read(node, known, "joint", errors);
        if (joints.Count > 0 && joints.Count != dimension)
            errors.Add(node, $"the goal has {dimension} numbers, but {joints.Count} joints are to be put there");
        return (null, [.. joints.Select(j => Array.IndexOf(known, j.Name))]);
    }
}
