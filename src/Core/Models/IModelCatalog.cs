using Robotics.Core.Links;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Core.Models;

/// <summary>Actuator of a robot's model. Immutable.</summary>
/// <param name="Name">The actuator's name.</param>
/// <param name="JointName">The joint it drives; null when it drives no single joint.</param>
/// <param name="Mode">Commanded quantity.</param>
/// <param name="Low">Smallest command, SI; −∞ when unlimited.</param>
/// <param name="High">Largest command, SI; +∞ when unlimited.</param>
public sealed record ActuatorSpec(string Name, string? JointName, ActionMode Mode, double Low, double High)
{
    /// <summary>Joints that it moves together, for instance by a tendon; empty when it drives one joint or none.</summary>
    public IReadOnlyList<string> CoupledJoints { get; init; } = [];
}

/// <summary>The names in a robot's model (an MJCF file), for resolving a task. Thread-safe; for set-up.</summary>
public interface IModelCatalog
{
    /// <summary>Physics time step, s.</summary>
    double TimestepSeconds { get; }

    /// <summary>Hinges and slides in model order (free and ball joints are left out).</summary>
    IReadOnlyList<JointSpec> Joints { get; }

    /// <summary>Actuators in model order.</summary>
    IReadOnlyList<ActuatorSpec> Actuators { get; }

    /// <summary>Site names.</summary>
    IReadOnlyList<string> Sites { get; }

    /// <summary>Body names.</summary>
    IReadOnlyList<string> Bodies { get; }

    /// <summary>Names of bodies that a task may place (mocap).</summary>
    IReadOnlyList<string> PlaceableBodies { get; }

    /// <summary>Camera names.</summary>
    IReadOnlyList<string> Cameras { get; }

    /// <summary>Names of the keyframes: stored poses from which an episode may start.</summary>
    IReadOnlyList<string> Keyframes { get; }

    /// <summary>[joints], rad or m: where <see cref="Joints"/> stand in a keyframe, or in the model's default pose for null.</summary>
    double[] StartPositions(string? keyframe);

    /// <summary>The chain from the world to a point; null when a free or ball joint is in it.</summary>
    /// <param name="point">A site, body or subtree quantity with a known name.</param>
    KinematicChain? ChainTo(Quantity point);
}
