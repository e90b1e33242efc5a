namespace Robotics.Core.Spaces;

/// <summary>Kind of a physical quantity, named in the robot's model.</summary>
public enum QuantityKind
{
    /// <summary>Joint positions, rad or m: one number per name.</summary>
    JointPosition,

    /// <summary>Joint velocities, rad/s or m/s: one number per name.</summary>
    JointVelocity,

    /// <summary>Position of a site in the world, m: three numbers.</summary>
    SitePosition,

    /// <summary>Position of a point fixed in a body, in the world, m: three numbers.</summary>
    BodyPosition,

    /// <summary>Position of the centre of mass of a body and all it carries, in the world, m: three numbers.</summary>
    SubtreeCentreOfMass,
}

/// <summary>Names numbers of the world: joints, or a point. Immutable.</summary>
/// <param name="Kind">Kind of the quantity.</param>
/// <param name="Names">Joint names, or the one site or body.</param>
/// <param name="Offset">[3], m, in the body's frame; for <see cref="QuantityKind.BodyPosition"/> only.</param>
public sealed record Quantity(QuantityKind Kind, IReadOnlyList<string> Names, double[]? Offset = null)
{
    /// <summary>Dimension of the quantity.</summary>
    public int Dimension => Kind is QuantityKind.JointPosition or QuantityKind.JointVelocity ? Names.Count : 3;
}
