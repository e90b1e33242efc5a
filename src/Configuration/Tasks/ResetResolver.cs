using System.Globalization;
using Robotics.Configuration.Binding;
using Robotics.Configuration.Resets;
using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;
using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Configuration.Tasks;

/// <summary>Reads <c>reset:</c> against the model and the task's terms, of which some may be missing because they are wrong.</summary>
internal sealed class ResetResolver(IModelCatalog catalog, IReadOnlyList<ResolvedTerm> terms, bool termsAreComplete, ErrorList errors)
{
    private const string ModelDefault = "default";

    private readonly string[] _joints = [.. catalog.Joints.Select(j => j.Name)];
    private readonly DistributionReader _distributions = new(errors);

    public ResetDistribution? Resolve(YamlNode? node)
    {
        var before = errors.Count;
        var section = node is null ? null : SectionReader.Open(node, errors, "from", "joints", "bodies", "minimum_distances");
        var keyframe = Keyframe(section?.Find("from"));
        if (errors.Count > before)
            return null;
        var start = catalog.StartPositions(keyframe);
        var distribution = new ResetDistribution
        {
            Keyframe = keyframe,
            Joints = catalog.Joints,
            StartPositions = start,
            JointResets = [.. (section?.Items("joints") ?? []).Select(i => Joint(i, start)).OfType<JointReset>()],
            Bodies = [.. (section?.Items("bodies") ?? []).Select(Body).OfType<BodyReset>()],
            Goals = [.. terms.Select(t => t.Goal).OfType<GoalReset>()],
            MinimumDistances = [.. (section?.Items("minimum_distances") ?? []).Select(Distance).OfType<MinimumDistance>()],
        };
        if (errors.Count == before && distribution.MinimumDistances.Count > 0)
            TryOnce(distribution, section!.Find("minimum_distances")!);
        return distribution;
    }

    private string? Keyframe(YamlNode? node)
    {
        if (node is null or YamlScalar { Text: ModelDefault })
            return null;
        return NameSelection.One(node, [.. catalog.Keyframes, ModelDefault], "keyframe", errors);
    }

    private JointReset? Joint(YamlNode item, double[] start)
    {
        if (SectionReader.Open(item, errors, "joints", "position", "velocity", "add_to_start") is not { } section
            || section.Require("joints") is not { } named)
            return null;
        int[] joints = [.. NameSelection.Read(named, _joints, "joint", errors).Select(n => Array.IndexOf(_joints, n.Name))];
        if (joints.Length == 0)
            return null;
        var add = section.Truth("add_to_start") ?? false;
        var position = section.Find("position") is { } p ? _distributions.Joints(p, joints.Length) : null;
        var velocity = section.Find("velocity") is { } v ? _distributions.Joints(v, joints.Length) : null;
        if (section.Find("position") is null && section.Find("velocity") is null)
            errors.Add(item, "nothing is sampled here: give 'position' or 'velocity'");
        if (position is BoxDistribution)
            CheckLimits(section.Find("position")!, joints, position, add ? start : null);
        return new JointReset(joints, position, velocity, add);
    }

    private void CheckLimits(YamlNode at, int[] joints, VectorDistribution position, double[]? start)
    {
        for (var i = 0; i < joints.Length; i++)
        {
            var joint = catalog.Joints[joints[i]];
            var offset = start?[joints[i]] ?? 0;
            var (low, high) = (position.Low[i] + offset, position.High[i] + offset);
            if (low < joint.Low - 1e-6 || high > joint.High + 1e-6)
            {
                errors.Add(
                    at,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"joint '{joint.Name}' would start in [{low:0.####}, {high:0.####}], outside its limits "
                        + $"[{joint.Low:0.####}, {joint.High:0.####}]; narrow the range, or leave the joint out of 'joints'"));
                return;
            }
        }
    }

    private BodyReset? Body(YamlNode item)
    {
        if (SectionReader.Open(item, errors, "body", "position") is not { } section
            || section.Require("body") is not { } named || section.Require("position") is not { } where)
            return null;
        var body = NameSelection.One(named, catalog.PlaceableBodies, "mocap body", errors);
        if (body is not null && terms.Any(t => t.Goal?.PlacedBody == body))
            errors.Add(named, $"body '{body}' is already placed by the goal '{terms.First(t => t.Goal?.PlacedBody == body).Term.Name}'");
        var position = _distributions.Point(where, 3);
        return body is null || position is null ? null : new BodyReset(body, position);
    }

    private MinimumDistance? Distance(YamlNode item)
    {
        if (SectionReader.Open(item, errors, "between", "distance") is not { } section)
            return null;
        var metres = section.RequireNumber("distance", 0, double.MaxValue);
        if (section.Require("between") is not { } between)
            return null;
        if (between is not YamlSequence { Items: [var first, var second] })
        {
            errors.Add(between, "expected the names of two terms, [first, second]");
            return null;
        }

        var (a, b) = (Point(first), Point(second));
        return a is null || b is null || metres is null ? null : new MinimumDistance(a, b, metres.Value);
    }

    private StartPoint? Point(YamlNode node)
    {
        string[] points = [.. terms.Where(t => t.Term.Dimension == 3 && t.Units is ["m", "m", "m"]).Select(t => t.Term.Name)];
        if (!termsAreComplete || NameSelection.One(node, points, "point", errors) is not { } name)
            return null;
        var term = terms.First(t => t.Term.Name == name);
        if (term.Goal is not null)
            return new StartPoint(name, null);
        if (term.Term.Quantity is { } quantity && (term.Chain ?? ChainTo(quantity)) is { } chain)
        {
            var builder = new TermBuilder();
            return new StartPoint(name, builder.Build(chain.Build(builder, joint => builder.Observation(Array.IndexOf(_joints, joint)))));
        }

        errors.Add(node, $"where '{name}' starts is not known before the simulation runs; name a goal or a point that joints move");
        return null;
    }

    private KinematicChain? ChainTo(Quantity quantity) =>
        quantity.Kind is QuantityKind.JointPosition or QuantityKind.JointVelocity ? null : catalog.ChainTo(quantity);

    private void TryOnce(ResetDistribution distribution, YamlNode at)
    {
        try
        {
            new ResetSampler(distribution).Sample(RandomKey.FromSeed(0));
        }
        catch (UserErrorException e)
        {
            errors.Add(at, e.Message);
        }
    }
}
