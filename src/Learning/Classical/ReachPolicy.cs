using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Runtime.LockStep;
using Robotics.Runtime.Tasks;

namespace Robotics.Learning.Classical;

/// <summary>Reaches for a target by inverse kinematics. One thread.</summary>
/// <param name="name">Name of the policy in records.</param>
/// <param name="kinematics">Inverse kinematics.</param>
/// <param name="target">The target of an observation, m; null to stay.</param>
internal sealed class ReachPolicy(string name, ReachKinematics kinematics, Func<float[], double[]?> target) : IPolicy
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int PlanHorizon => 0;

    /// <summary>Called when an episode begins; null for no callback.</summary>
    public Action? Began { get; init; }

    /// <inheritdoc/>
    public void Reset() => Began?.Invoke();

    /// <inheritdoc/>
    public Decision Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, Span<float> action)
    {
        if (target([.. observation]) is { } point)
            kinematics.Step(observation, point, action);
        else
            action.Clear();
        return Decision.NoPrediction;
    }
}
