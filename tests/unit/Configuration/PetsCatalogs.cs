using Robotics.Core.Links;
using Robotics.Core.Models;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Tests.Unit.Configuration;

/// <summary>The names, limits and kinematics of the MJCF files that were published with Chua et al. 2018.</summary>
internal static class PetsCatalogs
{
    private const double Inf = double.PositiveInfinity;

    private static readonly (string Name, string Link, double[] At, double[] Axis)[] ArmLinks =
    [
        ("r_shoulder_pan_joint", "r_shoulder_pan_link", [0, 0, 0], [0, 0, 1]),
        ("r_shoulder_lift_joint", "r_shoulder_lift_link", [0.1, 0, 0], [0, 1, 0]),
        ("r_upper_arm_roll_joint", "r_upper_arm_roll_link", [0, 0, 0], [1, 0, 0]),
        ("r_elbow_flex_joint", "r_elbow_flex_link", [0.4, 0, 0], [0, 1, 0]),
        ("r_forearm_roll_joint", "r_forearm_roll_link", [0, 0, 0], [1, 0, 0]),
        ("r_wrist_flex_joint", "r_wrist_flex_link", [0.321, 0, 0], [0, 1, 0]),
        ("r_wrist_roll_joint", "r_wrist_roll_link", [0, 0, 0], [1, 0, 0]),
    ];

    public static FakeModelCatalog Cartpole() => new()
    {
        TimestepSeconds = 0.02,
        Joints = [Slide("slider", 2.5), new JointSpec("hinge", JointKind.Hinge, -Inf, Inf)],
        Actuators = [new ActuatorSpec("slide", "slider", ActionMode.Effort, -300, 300)],
        Bodies = ["world", "cart", "pole"],
        Chains = new Dictionary<string, KinematicChain>
        {
            ["pole"] = new(
            [
                Link([0, 0, 0], new KinematicJoint("slider", JointKind.Slide, [1, 0, 0], [0, 0, 0], 0)),
                Link([0, 0, 0], new KinematicJoint("hinge", JointKind.Hinge, [0, 1, 0], [0, 0, 0], 0)),
            ],
            [0, 0, 0]),
        },
    };

    public static FakeModelCatalog Reacher() => new()
    {
        Joints =
        [
            .. Arm([(-2.2854, 1.714602), (-0.5236, 1.3963), (-3.9, 0.8), (-2.3213, 0), (-Inf, Inf), (-2.094, 0), (-Inf, Inf)]),
            Slide("target_x", Inf), Slide("target_y", Inf), Slide("target_z", Inf),
        ],
        DefaultPositions = [0, 0, 0, 0, 0, 0, 0, 0, 0.25, 0],
        Actuators = Motors(20),
        Bodies = [.. ArmLinks.Select(l => l.Link), "target"],
        Chains = new Dictionary<string, KinematicChain> { ["r_wrist_roll_link"] = ArmChain(-0.188) },
    };

    public static FakeModelCatalog Pusher() => new()
    {
        Joints =
        [
            .. Arm([(-2.2854, 2), (-0.5236, 1.3963), (-1.5, 1.7), (-2.3213, 0), (-1.5, 1.5), (-1.094, 0), (-1.5, 1.5)]),
            Slide("obj_slidey", 10.3), Slide("obj_slidex", 10.3), Slide("goal_slidey", 10.3), Slide("goal_slidex", 10.3),
        ],
        Actuators = Motors(2),
        Bodies = [.. ArmLinks.Select(l => l.Link), "tips_arm", "object", "goal"],
        Chains = new Dictionary<string, KinematicChain> { ["tips_arm"] = ArmChain(-0.6) with { Point = [0.1, 0, 0] } },
    };

    private static IEnumerable<JointSpec> Arm((double Low, double High)[] limits) =>
        ArmLinks.Zip(limits, (l, r) => new JointSpec(l.Name, JointKind.Hinge, r.Low, r.High));

    // The published motors have no names.
    private static ActuatorSpec[] Motors(double limit) =>
        [.. ArmLinks.Select((l, i) => new ActuatorSpec($"#{i}", l.Name, ActionMode.Effort, -limit, limit))];

    private static KinematicChain ArmChain(double baseY) => new(
        [
            .. ArmLinks.Select(
                (l, i) => Link(i == 0 ? [0, baseY, 0] : l.At, new KinematicJoint(l.Name, JointKind.Hinge, l.Axis, [0, 0, 0], 0)))],
        [0, 0, 0]);

    private static KinematicLink Link(double[] at, KinematicJoint joint) => new(at, [1, 0, 0, 0], [joint]);

    private static JointSpec Slide(string name, double limit) => new(name, JointKind.Slide, -limit, limit);
}
