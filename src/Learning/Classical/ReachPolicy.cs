using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Runtime.LockStep;
using Robotics.Runtime.Tasks;

namespace Robotics.Learning.Classical;

/// <summary>Reaches for a target by kinematics. One thread.</summary>
/// <param name="name">Who acts, for the record.</param>
/// <param name="kinematics">Steps of the joints.</param>
/// <param name="target">Given the observation, where to go; null to stay.</param>
internal sealed class ReachPolicy(string name, ReachKinematics kinematics, Func<float[], double[]?> target) : IPolicy
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int PlanHorizon => 0;

    /// <summary>Told that an episode begins; null for nobody.</summary>
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
