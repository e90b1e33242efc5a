using Robotics.Core.Links;
using Robotics.Core.Models;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Tests.Unit.Configuration;

/// <summary>A robot's model without a simulator: what a task is resolved against.</summary>
internal sealed class FakeModelCatalog : IModelCatalog
{
    private readonly Dictionary<string, double[]> _keyframes = [];

    public double TimestepSeconds { get; init; } = 0.01;

    public IReadOnlyList<JointSpec> Joints { get; init; } = [];

    public IReadOnlyList<ActuatorSpec> Actuators { get; init; } = [];

    public IReadOnlyList<string> Sites { get; init; } = [];

    public IReadOnlyList<string> Bodies { get; init; } = [];

    public IReadOnlyList<string> PlaceableBodies { get; init; } = [];

    public IReadOnlyList<string> Cameras { get; init; } = [];

    public IReadOnlyList<string> Keyframes => [.. _keyframes.Keys];

    public double[]? DefaultPositions { get; init; }

    /// <summary>Chains to the origin of a body or to a site, by its name.</summary>
    public Dictionary<string, KinematicChain> Chains { get; init; } = [];

    public FakeModelCatalog WithKeyframe(string name, params double[] positions)
    {
        _keyframes[name] = positions;
        return this;
    }

    public double[] StartPositions(string? keyframe) =>
        keyframe is null ? DefaultPositions ?? new double[Joints.Count] : [.. _keyframes[keyframe]];

    public KinematicChain? ChainTo(Quantity point)
    {
        if (!Chains.TryGetValue(point.Names[0], out var chain))
            return null;
        return point.Offset is { } o ? chain with { Point = [.. chain.Point.Zip(o, (a, b) => a + b)] } : chain;
    }

    /// <summary>A planar arm of two links of 1 m in the x-z plane, hinges about −y, and a ball that rolls freely.</summary>
    public static FakeModelCatalog Arm() => new FakeModelCatalog
    {
        Joints =
        [
            new JointSpec("shoulder", JointKind.Hinge, -2, 2),
            new JointSpec("elbow", JointKind.Hinge, double.NegativeInfinity, double.PositiveInfinity),
            new JointSpec("rail", JointKind.Slide, -1, 1),
        ],
        Actuators =
        [
            new ActuatorSpec("shoulder_servo", "shoulder", ActionMode.Position, -2, 2),
            new ActuatorSpec("elbow_motor", "elbow", ActionMode.Effort, -5, 5),
        ],
        Sites = ["tip"],
        Bodies = ["world", "upper", "lower", "ball", "target"],
        PlaceableBodies = ["target"],
        Cameras = ["scene", "wrist"],
        Chains = new Dictionary<string, KinematicChain>
        {
            ["tip"] = new([Link(0, "shoulder"), Link(1, "elbow")], [1, 0, 0]),
            ["upper"] = new([Link(0, "shoulder")], [0, 0, 0]),
        },
    }.WithKeyframe("home", 0.5, -0.5, 0.1);

    public static KinematicLink Link(double x, string joint) =>
        new([x, 0, 0], [1, 0, 0, 0], [new KinematicJoint(joint, JointKind.Hinge, [0, -1, 0], [0, 0, 0], 0)]);
}
