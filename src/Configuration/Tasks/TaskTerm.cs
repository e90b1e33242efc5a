using Robotics.Configuration.Resets;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Configuration.Tasks;

/// <summary>Treatment of a term of a task by a model.</summary>
public enum TermTreatment
{
    /// <summary>In the observation vector; the model predicts its change.</summary>
    Predict,

    /// <summary>In the observation vector; it passes through a rollout unchanged.</summary>
    Static,

    /// <summary>Not in the vector: a point computed from observed joints, inside the programs that use it.</summary>
    Derive,
}

/// <summary>A point as a function of joint positions. Immutable; thread-safe.</summary>
/// <param name="Joints">The joints whose positions, rad or m, are the program's observation, in this order.</param>
/// <param name="Program">Gives x, y and z in the world frame, m.</param>
public sealed record PointKinematics(IReadOnlyList<string> Joints, TermProgram Program);

/// <summary>One named term of a task: a stretch of the observation vector, or a derived point. Immutable; thread-safe.</summary>
public sealed record TaskTerm
{
    /// <summary>The name that expressions use.</summary>
    public required string Name { get; init; }

    /// <summary>Source of its value.</summary>
    public required ObservationSource Source { get; init; }

    /// <summary>Treatment by a model.</summary>
    public required TermTreatment Treatment { get; init; }

    /// <summary>Its first element in the observation vector; −1 for a derived point.</summary>
    public required int Offset { get; init; }

    /// <summary>Dimension.</summary>
    public required int Dimension { get; init; }

    /// <summary>
    /// Quantity of the robot's model; null for a commanded term, whose value is in <see cref="ResetPlan.Goals"/> under
    /// <see cref="Name"/>.
    /// </summary>
    public Quantity? Quantity { get; init; }

    /// <summary>For a kinematic or derived point: how joints move it. Otherwise null.</summary>
    public PointKinematics? Kinematics { get; init; }

    /// <summary>True when the term is part of the observation vector.</summary>
    public bool IsObserved => Offset >= 0;
}
