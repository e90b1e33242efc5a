using Robotics.Core.Errors;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Drivers.Simulation.Model;

/// <summary>Finds parts of a model by name; an unknown name is answered with those that exist.</summary>
internal static class ModelNames
{
    /// <exception cref="UserErrorException">No part has the name.</exception>
    public static (T Part, int Index) Find<T>(string path, string what, IReadOnlyList<T> parts, Func<T, string> nameOf, string name)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (nameOf(parts[i]) == name)
                return (parts[i], i);
        }

        var known = parts.Count == 0 ? "it has none" : "it has " + string.Join(", ", parts.Select(nameOf));
        throw new UserErrorException($"{path}: there is no {what} '{name}'; {known}.");
    }

    /// <exception cref="UserErrorException">There is no such mocap body.</exception>
    public static MujocoBody MocapBody(MujocoModel model, string name) =>
        Find(model.Path, "mocap body", [.. model.Bodies.Where(b => b.Mocap >= 0)], b => b.Name, name).Part;

    /// <exception cref="UserErrorException">There is no such joint, or it is no hinge or slide.</exception>
    public static MujocoJoint ScalarJoint(MujocoModel model, string name)
    {
        var joint = Find(model.Path, "joint", model.Joints, j => j.Name, name).Part;
        return joint.Kind is MujocoJointKind.Hinge or MujocoJointKind.Slide
            ? joint
            : throw new UserErrorException($"{model.Path}: joint '{name}' has more than one coordinate; name a hinge or a slide.");
    }
}
