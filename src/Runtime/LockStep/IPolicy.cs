using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;

namespace Robotics.Runtime.LockStep;

/// <summary>What a policy says about its decision besides the action. Immutable.</summary>
/// <param name="Status">How planning went.</param>
/// <param name="PredictedReturn">The return that it expects over its horizon; NaN when it does not say.</param>
/// <param name="Disagreement">The spread over models of that expectation; NaN when it does not say.</param>
public readonly record struct Decision(PlanStatus Status, float PredictedReturn, float Disagreement)
{
    /// <summary>The decision of a policy that does not look ahead.</summary>
    public static Decision NoPrediction => new(PlanStatus.Ok, float.NaN, float.NaN);
}

/// <summary>
/// Chooses one action at a time from what is observed, within the control tick (<see cref="LoopController.From"/>). All it remembers
/// from one step to the next is forgotten at <see cref="Reset"/>, and all its randomness comes from the keys it is given, so that a
/// run can be resumed between episodes. One thread.
/// </summary>
public interface IPolicy
{
    /// <summary>Who acts, for the record.</summary>
    string Name { get; }

    /// <summary>Steps that it looks ahead; 0 when it does not.</summary>
    int PlanHorizon { get; }

    /// <summary>Forgets everything: at the beginning of an episode.</summary>
    void Reset();

    /// <summary>Chooses an action.</summary>
    /// <param name="observation">[observation], o_t.</param>
    /// <param name="now">The moment of o_t.</param>
    /// <param name="key">The randomness of this decision.</param>
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
        // It remembers nothing.
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

/// <summary>Acts as it is told from outside: for recorded actions, and for whoever tries out single ones. One thread.</summary>
/// <param name="dimension">Action dimension.</param>
public sealed class GivenActionPolicy(int dimension) : IPolicy
{
    /// <inheritdoc/>
    public string Name => "given";

    /// <inheritdoc/>
    public int PlanHorizon => 0;

    /// <summary>[action], what to do next, in [−1, 1]. Default: zeros.</summary>
    public float[] Action { get; } = new float[dimension];

    /// <inheritdoc/>
    public void Reset()
    {
        // What to do is not its own.
    }

    /// <inheritdoc/>
    public Decision Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, Span<float> action)
    {
        Action.CopyTo(action);
        return Decision.NoPrediction;
    }
}
