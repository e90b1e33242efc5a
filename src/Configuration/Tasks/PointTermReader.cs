using Robotics.Configuration.Binding;
using Robotics.Configuration.Expressions;
using Robotics.Configuration.Yaml;
using Robotics.Core.Models;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Configuration.Tasks;

/// <summary>Reads a term that is a point of the model: a site, a point of a body, or a centre of mass.</summary>
internal sealed class PointTermReader(IModelCatalog catalog, ErrorList errors)
{
    public ResolvedTerm? Read(SectionReader section, string kind, string name, int offset)
    {
        section.Refuse("it belongs to joints", "quantity", "encoding", "clip");
        section.Refuse("it belongs to a commanded term", "unit", "places");
        if (Quantity(section, kind) is not { } quantity)
            return null;
        var source = section.Word<ObservationSource>("source") ?? ObservationSource.Kinematic;
        var treatment = section.Word<TermTreatment>("treatment")
            ?? (source == ObservationSource.Kinematic ? TermTreatment.Derive : TermTreatment.Predict);
        if (!Agree(section, source, treatment))
            return null;
        var chain = source == ObservationSource.Kinematic ? catalog.ChainTo(quantity) : null;
        if (source == ObservationSource.Kinematic && chain is null)
        {
            errors.Add(
                section.Find(kind)!,
                $"where '{quantity.Names[0]}' is does not follow from joint angles: a free or ball joint moves it, or it is made of "
                + "parts that move against each other; use 'source: privileged'");
            return null;
        }

        var term = new TaskTerm
        {
            Name = name,
            Source = source,
            Treatment = treatment,
            Offset = treatment == TermTreatment.Derive ? -1 : offset,
            Dimension = 3,
            Quantity = quantity,
            Kinematics = chain is null ? null : Kinematics(chain),
        };
        return new ResolvedTerm(term, section.Node, ["m", "m", "m"], [.. TermVector.Axes]) { Chain = chain };
    }

    private Quantity? Quantity(SectionReader section, string kind)
    {
        var offset = section.Find("offset") is { } node ? NumberList.Vector(node, errors, 3) : null;
        if (kind != "body")
            section.Refuse("only a point of a body has one", "offset");
        var (known, what) = kind == "site" ? (catalog.Sites, "site") : (catalog.Bodies, "body");
        if (NameSelection.One(section.Find(kind)!, known, what, errors) is not { } name)
            return null;
        return kind switch
        {
            "site" => new Quantity(QuantityKind.SitePosition, [name]),
            "body" => new Quantity(QuantityKind.BodyPosition, [name], offset ?? [0, 0, 0]),
            _ => new Quantity(QuantityKind.SubtreeCentreOfMass, [name]),
        };
    }

    private bool Agree(SectionReader section, ObservationSource source, TermTreatment treatment)
    {
        if (source is ObservationSource.Measured or ObservationSource.Commanded)
        {
            errors.Add(
                section.Find("source")!,
                "a point of the model is kinematic (computed from joint angles) or privileged, not "
                + $"{source.ToString().ToLowerInvariant()}");
            return false;
        }

        if (treatment == TermTreatment.Derive && source == ObservationSource.Privileged)
        {
            errors.Add(section.Find("treatment")!, "a privileged point is predicted or static; only a kinematic one can be derived");
            return false;
        }

        return true;
    }

    private static PointKinematics Kinematics(KinematicChain chain)
    {
        // A joint in the chain may leave the point where it is: a turn about an axis through it.
        string[] all = [.. chain.JointNames];
        var needed = Program(chain, all).ObservationElements;
        string[] joints = [.. needed.Select(i => all[i])];
        return new PointKinematics(joints, Program(chain, joints));
    }

    private static TermProgram Program(KinematicChain chain, string[] joints)
    {
        var builder = new TermBuilder();
        return builder.Build(chain.Build(builder, joint => Input(builder, Array.IndexOf(joints, joint))));
    }

    private static Term Input(TermBuilder builder, int index) => index < 0 ? builder.Constant(0) : builder.Observation(index);
}
