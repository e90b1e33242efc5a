using Robotics.Configuration.Binding;
using Robotics.Configuration.Expressions;
using Robotics.Configuration.Resets;
using Robotics.Configuration.Yaml;
using Robotics.Core.Links;
using Robotics.Core.Models;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Configuration.Tasks;

/// <summary>A term of a task while it is read: what <see cref="TaskTerm"/> keeps, and what only the reading needs.</summary>
internal sealed record ResolvedTerm(TaskTerm Term, YamlNode At, string[] Units, string[] ElementNames)
{
    public KinematicChain? Chain { get; init; }

    public GoalReset? Goal { get; init; }
}

/// <summary>Reads <c>observation:</c> against the model.</summary>
internal sealed class ObservationResolver(IModelCatalog catalog, bool privileged, ErrorList errors)
{
    private static readonly string[] What = ["joints", "site", "body", "com", "distribution"];

    internal static readonly string[] Keys =
    [
        "name", .. What, "offset", "quantity", "source", "treatment", "encoding", "clip", "unit", "places", "input", "relative_to",
    ];

    private readonly List<ObservationElement> _elements = [];
    private readonly List<ResolvedTerm> _terms = [];
    private readonly PointTermReader _points = new(catalog, errors);
    private readonly GoalTermReader _goals = new(catalog, errors);

    internal enum ClipSource
    {
        Model,
        None,
    }

    internal enum JointQuantity
    {
        Position,
        Velocity,
    }

    public IReadOnlyList<ResolvedTerm> Terms => _terms;

    public ObservationSpace? Resolve(YamlNode node)
    {
        if (node is not YamlSequence { Items.Count: > 0 } list)
        {
            errors.Add(node, $"expected a list of terms, found {(node is YamlSequence ? "an empty list" : node.Description)}");
            return null;
        }

        foreach (var item in list.Items)
            Term(item);
        foreach (var term in _terms.Where(t => t.Term.Treatment == TermTreatment.Derive))
            CheckJointsObserved(term);
        if (_elements.Count > 0)
            return new ObservationSpace(_elements);
        if (errors.Count == 0)
            errors.Add(node, "no term is in the observation vector: every one is derived");
        return null;
    }

    private void Term(YamlNode item)
    {
        if (SectionReader.Open(item, errors, Keys) is not { } section)
            return;
        var name = Name(section);
        var before = errors.Count;
        var kind = section.OneOf(What)?.Key.Text;
        var term = kind switch
        {
            null => null,
            "joints" => Joints(section, name),
            "distribution" => _goals.Read(section, name, _elements.Count),
            _ => _points.Read(section, kind, name, _elements.Count),
        };
        if (term is null || errors.Count > before || name.Length == 0)
            return;
        if (term.Term.Source == ObservationSource.Privileged && !privileged)
            errors.Add(
                section.Find("source") ?? item,
                $"'{name}' is privileged: only a simulator knows it; add 'privileged: true' to the task if the controller may see it");
        _terms.Add(term);
        if (term.Term.IsObserved)
            AddElements(section, term);
        else
            section.Refuse("a derived term is in no vector", "input", "relative_to");
    }

    private string Name(SectionReader section)
    {
        if (section.Require("name") is not { } node || ScalarConversion.Text(node, errors) is not { } name)
            return "";
        if (ExpressionNames.Problem(name) is { } problem)
            errors.Add(node, problem);
        else if (_terms.Any(t => t.Term.Name == name))
            errors.Add(node, $"the term '{name}' was already defined in line {_terms.First(t => t.Term.Name == name).At.Location.Line}");
        return name;
    }

    private ResolvedTerm? Joints(SectionReader section, string name)
    {
        section.Refuse("a term of joints has none", "offset", "unit", "places");
        var joints = NameSelection.Read(section.Find("joints")!, [.. catalog.Joints.Select(j => j.Name)], "joint", errors);
        var quantity = section.Word<JointQuantity>("quantity") ?? JointQuantity.Position;
        var source = section.Word<ObservationSource>("source") ?? ObservationSource.Measured;
        if (source is ObservationSource.Kinematic or ObservationSource.Commanded)
            errors.Add(section.Find("source")!, $"joints are measured or privileged, not {source.ToString().ToLowerInvariant()}");
        var treatment = section.Word<TermTreatment>("treatment") ?? TermTreatment.Predict;
        if (treatment == TermTreatment.Derive)
            errors.Add(section.Find("treatment")!, "joints are predicted or static; only points are derived");
        if (joints.Count == 0)
            return null;
        var isVelocity = quantity == JointQuantity.Velocity;
        var kind = isVelocity ? QuantityKind.JointVelocity : QuantityKind.JointPosition;
        string[] names = [.. joints.Select(j => j.Name)];
        var term = new TaskTerm
        {
            Name = name,
            Source = source,
            Treatment = treatment,
            Offset = _elements.Count,
            Dimension = names.Length,
            Quantity = new Quantity(kind, names),
        };
        return new ResolvedTerm(term, section.Node, [.. names.Select(n => Unit(Joint(n), isVelocity))], names);
    }

    private JointSpec Joint(string name) => catalog.Joints.First(j => j.Name == name);

    private static string Unit(JointSpec joint, bool isVelocity) =>
        (joint.Kind == JointKind.Hinge ? "rad" : "m") + (isVelocity ? "/s" : "");

    private void AddElements(SectionReader section, ResolvedTerm term)
    {
        var encoding = section.Word<ElementEncodingWord>("encoding");
        var clip = section.Word<ClipSource>("clip") ?? ClipSource.Model;
        var isInput = section.Truth("input") ?? true;
        var treatment = term.Term.Treatment == TermTreatment.Static ? ObservationTreatment.Static : ObservationTreatment.Predict;
        var other = RelativeTo(section, term);
        for (var i = 0; i < term.Term.Dimension; i++)
        {
            var joint = term.Term.Quantity is { Kind: QuantityKind.JointPosition } q ? Joint(q.Names[i]) : null;
            var isAngle = joint?.Kind == JointKind.Hinge;
            if (encoding == ElementEncodingWord.SinCos && !isAngle)
            {
                errors.Add(
                    section.Find("encoding")!,
                    $"'{term.Term.Name}.{term.ElementNames[i]}' is no angle: only positions of hinges have a sine and cosine");
                return;
            }

            var wrapped = encoding == ElementEncodingWord.SinCos || (encoding is null && isAngle && joint!.IsUnlimited);
            var limited = joint is not null && clip == ClipSource.Model;
            _elements.Add(new ObservationElement(
                $"{term.Term.Name}.{term.ElementNames[i]}",
                term.Units[i],
                treatment,
                wrapped ? ElementEncoding.SineCosine : ElementEncoding.Raw,
                limited ? (float)joint!.Low : float.NegativeInfinity,
                limited ? (float)joint!.High : float.PositiveInfinity,
                isInput,
                other is null ? null : $"{other.Term.Name}.{other.ElementNames[i]}"));
        }
    }

    /// <summary>The term whose difference from this one networks see.</summary>
    private ResolvedTerm? RelativeTo(SectionReader section, ResolvedTerm term)
    {
        if (section.Text("relative_to") is not { } name)
            return null;
        var at = section.Find("relative_to")!;
        var other = _terms.Find(t => t.Term.Name == name && t != term && t.Term.IsObserved);
        if (other is null)
        {
            string[] known = [.. _terms.Where(t => t != term && t.Term.IsObserved).Select(t => t.Term.Name)];
            errors.Add(at, $"no term '{name}' stands above in the observation vector{Suggestion.For(name, known)}");
            return null;
        }

        var offset = other.Term.Offset;
        for (var i = 0; i < term.Term.Dimension; i++)
        {
            if (i >= other.Term.Dimension || _elements[offset + i] is not { Encoding: ElementEncoding.Raw, RelativeTo: null } element
                || element.Unit != term.Units[i])
            {
                errors.Add(
                    at,
                    $"'{term.Term.Name}' cannot be relative to '{name}': each of its numbers needs one there in the same unit, not an "
                    + "angle's sine and cosine, not relative itself");
                return null;
            }
        }

        return other;
    }

    internal enum ElementEncodingWord
    {
        Raw,
        SinCos,
    }

    private void CheckJointsObserved(ResolvedTerm point)
    {
        var observed = _terms.Where(t => t.Term.Quantity?.Kind == QuantityKind.JointPosition).SelectMany(t => t.Term.Quantity!.Names)
            .ToHashSet();
        string[] missing = [.. point.Term.Kinematics!.Joints.Where(j => !observed.Contains(j))];
        if (missing.Length > 0)
            errors.Add(
                point.At,
                $"'{point.Term.Name}' cannot be derived: it moves with joint '{string.Join("', '", missing)}', whose position is not "
                + "observed; add it to a term of joints");
    }
}
