using Robotics.Core.Links;
using Robotics.Core.Terms;

namespace Robotics.Configuration.Resets;

/// <summary>Start distribution of some joints. Immutable.</summary>
/// <param name="Joints">Indices into <see cref="ResetDistribution.Joints"/>.</param>
/// <param name="Position">Their positions, rad or m; null to leave them.</param>
/// <param name="Velocity">Their velocities, rad/s or m/s; null for rest.</param>
/// <param name="AddToStart">True when the position is added to the start pose rather than replacing it.</param>
public sealed record JointReset(IReadOnlyList<int> Joints, VectorDistribution? Position, VectorDistribution? Velocity, bool AddToStart);

/// <summary>Start distribution of a movable (mocap) body. Immutable.</summary>
/// <param name="Body">The body's name.</param>
/// <param name="Position">Its position in the world, m.</param>
public sealed record BodyReset(string Body, VectorDistribution Position);

/// <summary>A goal that is sampled for each episode. Immutable.</summary>
/// <param name="Name">The commanded term's name.</param>
/// <param name="Value">Its distribution.</param>
/// <param name="PlacedBody">The mocap body that is put there, so that the goal is seen; or null.</param>
/// <param name="PlacedJoints">Indices of slide joints that are put at the goal's numbers; or empty.</param>
public sealed record GoalReset(string Name, VectorDistribution Value, string? PlacedBody, IReadOnlyList<int> PlacedJoints);

/// <summary>
/// A point at the start of an episode: a goal, or a program over the start positions of
/// <see cref="ResetDistribution.Joints"/>. Immutable.
/// </summary>
/// <param name="Name">The term's name.</param>
/// <param name="Program">Gives the point from all joint positions in order; null for a goal.</param>
public sealed record StartPoint(string Name, TermProgram? Program);

/// <summary>Two points that must not start nearer to each other than this. Immutable.</summary>
/// <param name="First">One point.</param>
/// <param name="Second">The other point.</param>
/// <param name="Metres">The smallest distance allowed, m.</param>
public sealed record MinimumDistance(StartPoint First, StartPoint Second, double Metres);

/// <summary>Distribution of episode starts. Immutable; thread-safe; <see cref="ResetSampler"/> samples from it.</summary>
public sealed record ResetDistribution
{
    /// <summary>The keyframe that everything starts from; null for the model's default pose.</summary>
    public string? Keyframe { get; init; }

    /// <summary>All hinges and slides of the model, in model order.</summary>
    public required IReadOnlyList<JointSpec> Joints { get; init; }

    /// <summary>[joints], positions before anything is sampled, rad or m.</summary>
    public required IReadOnlyList<double> StartPositions { get; init; }

    /// <summary>Start distributions of joints, in the file's order; later entries win.</summary>
    public IReadOnlyList<JointReset> JointResets { get; init; } = [];

    /// <summary>Start distributions of movable bodies.</summary>
    public IReadOnlyList<BodyReset> Bodies { get; init; } = [];

    /// <summary>The goals of an episode.</summary>
    public IReadOnlyList<GoalReset> Goals { get; init; } = [];

    /// <summary>Distances that a start must keep; starts that violate one are sampled again.</summary>
    public IReadOnlyList<MinimumDistance> MinimumDistances { get; init; } = [];
}
