using Robotics.Core.Errors;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Drivers.Simulation.Model;

/// <summary>Extracts serial chains from a model's tree of bodies; for set-up.</summary>
internal static class KinematicChains
{
    /// <summary>The chain to a point; null when a free, ball or mocap body is on the way, or the point is not rigid in one body.</summary>
    /// <exception cref="UserErrorException">The name is unknown.</exception>
    public static KinematicChain? To(MujocoModel model, Quantity point)
    {
        if (Locate(model, point) is not var (body, position))
            return null;
        var links = new List<KinematicLink>();
        for (var b = model.Bodies[body]; b.Id != 0; b = model.Bodies[b.Parent])
        {
            var joints = model.Joints.Where(j => j.Body == b.Id).ToList();
            if (b.Mocap >= 0 || joints.Exists(j => j.Kind is not (MujocoJointKind.Hinge or MujocoJointKind.Slide)))
                return null;
            links.Add(new KinematicLink(b.Position, b.Quaternion, [.. joints.Select(ToKinematic)]));
        }

        links.Reverse();
        return new KinematicChain(links, position);
    }

    private static (int Body, double[] Point)? Locate(MujocoModel model, Quantity point)
    {
        switch (point.Kind)
        {
            case QuantityKind.SitePosition:
                var site = ModelNames.Find(model.Path, "site", model.Sites, s => s.Name, point.Names[0]).Part;
                return (site.Body, site.Position);
            case QuantityKind.BodyPosition:
                return (BodyOf(model, point), point.Offset ?? [0, 0, 0]);
            case QuantityKind.SubtreeCentreOfMass:
                // A subtree whose parts move against each other has no centre that is fixed in one body.
                var body = BodyOf(model, point);
                return model.Bodies.Any(b => b.Parent == body && b.Id != body) ? null : (body, model.Bodies[body].Centre);
            default:
                return null;
        }
    }

    private static int BodyOf(MujocoModel model, Quantity point) =>
        ModelNames.Find(model.Path, "body", model.Bodies, b => b.Name, point.Names[0]).Index;

    private static KinematicJoint ToKinematic(MujocoJoint joint) => new(
        joint.Name, joint.Kind == MujocoJointKind.Slide ? JointKind.Slide : JointKind.Hinge, joint.Axis, joint.Anchor, joint.Reference);
}
