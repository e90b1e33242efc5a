using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;

namespace Robotics.Runtime.LockStep;

/// <summary>A policy's predictions for a decision. Immutable.</summary>
/// <param name="Status">Planner status.</param>
/// <param name="PredictedReturn">Predicted return over the planning horizon; NaN when unknown.</param>
/// <param name="Disagreement">Standard deviation of the predicted return over ensemble members; NaN when unknown.</param>
public readonly record struct Decision(PlanStatus Status, float PredictedReturn, float Disagreement)
{
    /// <summary>The decision of a policy that does not predict.</summary>
    public static Decision NoPrediction => new(PlanStatus.Ok, float.NaN, float.NaN);
}

/// <summary>
/// Chooses one action at a time from the observation, within the control tick (<see cref="LoopController.From"/>). All it remembers
/// from one step to the next is forgotten at <see cref="Reset"/>, and all its randomness comes from the keys it is given, so that a
/// run can be resumed between episodes. One thread.
/// </summary>
public interface IPolicy
{
    /// <summary>Name of the policy in records.</summary>
    string Name { get; }

    /// <summary>Planning horizon, steps; 0 for a policy that does not plan.</summary>
    int PlanHorizon { get; }

    /// <summary>Clears all state at the beginning of an episode.</summary>
    void Reset();

    /// <summary>Chooses an action.</summary>
    /// <param name="observation">[observation], o_t.</param>
    /// <param name="now">Time of o_t.</param>
    /// <param name="key">Random key of this decision.</param>
    /// <param name="action">Receives [action], in [−1, 1].</param>
    Decision Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, Span<float> action);
}

/// <summary>Acts uniformly at random, independently at each step: the first trials of PETS (Chua et al. 2018, Algorithm 1).</summary>
public sealed class RandomPolicy : IPolicy
{
    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public int PlanHorizon => 0;

    /// <inheritdoc/>
    public void Reset()
    {
        // The policy has no state.
    }

    /// <inheritdoc/>
    public Decision Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, Span<float> action)
    {
        var random = key.OpenStream();
        for (var i = 0; i < action.Length; i++)
            action[i] = (float)random.NextUniform(-1, 1);
        return Decision.NoPrediction;
    }
}

/// <summary>Applies actions set by the caller: recorded ones, or single ones under test. One thread.</summary>
/// <param name="dimension">Action dimension.</param>
public sealed class GivenActionPolicy(int dimension) : IPolicy
{
    /// <inheritdoc/>
    public string Name => "given";

    /// <inheritdoc/>
    public int PlanHorizon => 0;

    /// <summary>[action], the next action, in [−1, 1]. Default: zeros.</summary>
    public float[] Action { get; } = new float[dimension];

    /// <inheritdoc/>
    public void Reset()
    {
        // The caller owns the action.
    }

    /// <inheritdoc/>
    public Decision Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, Span<float> action)
    {
        Action.CopyTo(action);
        return Decision.NoPrediction;
    }
}
