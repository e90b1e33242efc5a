namespace Robotics.Drivers.Simulation.Mujoco;

/// <summary>Kind of a joint's motion.</summary>
public enum MujocoJointKind
{
    /// <summary>Six degrees of freedom: seven coordinates (position, quaternion w x y z), six velocities.</summary>
    Free,

    /// <summary>Three degrees of freedom: a quaternion, three velocities.</summary>
    Ball,

    /// <summary>Along its axis, m.</summary>
    Slide,

    /// <summary>About its axis, rad.</summary>
    Hinge,
}

/// <summary>Meaning of an actuator's control.</summary>
public enum MujocoControl
{
    /// <summary>Something else: muscles, filters, servos with a dead gain.</summary>
    Other,

    /// <summary>A force or torque, divided by gain and gear.</summary>
    Effort,

    /// <summary>A target position of the joint.</summary>
    Position,

    /// <summary>A target velocity of the joint.</summary>
    Velocity,
}

/// <summary>A joint of a model. Immutable.</summary>
/// <param name="Id">Index among the joints.</param>
/// <param name="Name">Its name; <c>#id</c> when the file gives none.</param>
/// <param name="Kind">Kind of motion.</param>
/// <param name="Body">The body that it moves.</param>
/// <param name="PositionAddress">First coordinate in qpos.</param>
/// <param name="VelocityAddress">First degree of freedom in qvel.</param>
/// <param name="Low">Lower limit, rad or m; −∞ without limits.</param>
/// <param name="High">Upper limit; +∞ without limits.</param>
/// <param name="Axis">[3], unit, in the body's frame.</param>
/// <param name="Anchor">[3], m, in the body's frame.</param>
/// <param name="Reference">Coordinate at which the body stands where the file put it.</param>
public sealed record MujocoJoint(
    int Id, string Name, MujocoJointKind Kind, int Body, int PositionAddress, int VelocityAddress,
    double Low, double High, double[] Axis, double[] Anchor, double Reference)
{
    /// <summary>Dimension of the joint in qpos.</summary>
    public int PositionCount => Kind switch { MujocoJointKind.Free => 7, MujocoJointKind.Ball => 4, _ => 1 };

    /// <summary>Dimension of the joint in qvel.</summary>
    public int VelocityCount => Kind switch { MujocoJointKind.Free => 6, MujocoJointKind.Ball => 3, _ => 1 };
}

/// <summary>A body of a model. Immutable.</summary>
/// <param name="Id">Index among the bodies; 0 is the world.</param>
/// <param name="Name">Its name; <c>#id</c> when the file gives none.</param>
/// <param name="Parent">The parent's index; the world is its own parent.</param>
/// <param name="Mocap">Row among the mocap bodies; −1 for an ordinary body.</param>
/// <param name="Mass">kg.</param>
/// <param name="Position">[3], m, home pose in the parent's frame.</param>
/// <param name="Quaternion">[4], w x y z.</param>
/// <param name="Centre">[3], m, centre of mass in the body's frame.</param>
public sealed record MujocoBody(
    int Id, string Name, int Parent, int Mocap, double Mass, double[] Position, double[] Quaternion, double[] Centre);

/// <summary>A site of a model. Immutable.</summary>
/// <param name="Id">Index among the sites.</param>
/// <param name="Name">Its name; <c>#id</c> when the file gives none.</param>
/// <param name="Body">The body that carries it.</param>
/// <param name="Position">[3], m, in the body's frame.</param>
public sealed record MujocoSite(int Id, string Name, int Body, double[] Position);

/// <summary>A camera of a model. Immutable.</summary>
/// <param name="Id">Index among the cameras.</param>
/// <param name="Name">Its name; <c>#id</c> when the file gives none.</param>
/// <param name="VerticalFieldOfViewDegrees">Degrees, as in MJCF.</param>
public sealed record MujocoCamera(int Id, string Name, double VerticalFieldOfViewDegrees);

/// <summary>An actuator of a model. Immutable.</summary>
/// <param name="Id">Index in ctrl.</param>
/// <param name="Name">Its name; <c>#id</c> when the file gives none.</param>
/// <param name="Joint">The hinge or slide it drives; −1 when it drives something else.</param>
/// <param name="Control">Meaning of its control.</param>
/// <param name="Low">Smallest control; −∞ without limits.</param>
/// <param name="High">Largest control; +∞ without limits.</param>
/// <param name="Scale">
/// Control = command in SI · scale: 1 / (gain · gear) for efforts, gear for servos. On a site the
/// gear counts by the length of its force, or of its torque where it has no force.
/// </param>
public sealed record MujocoActuator(int Id, string Name, int Joint, MujocoControl Control, double Low, double High, double Scale)
{
    /// <summary>The joints of the fixed tendon that it pulls; empty when it pulls none.</summary>
    public IReadOnlyList<int> TendonJoints { get; init; } = [];
}
