using Robotics.Core;

namespace Robotics.Learning;

/// <summary>What a policy says about its decision besides the action. Immutable.</summary>
/// <param name="Status">How planning went.</param>
/// <param name="PredictedReturn">The return that it expects over its horizon; NaN when it does not say.</param>
/// <param name="Disagreement">The spread over models of that expectation; NaN when it does not say.</param>
public readonly record struct Decision(PlanStatus Status, float PredictedReturn, float Disagreement)
{
    /// <summary>Whether there is no action: the robot stays where it was last told to be.</summary>
    public bool IsHolding { get; init; }

    /// <summary>The decision of a policy that has nothing to go by.</summary>
    public static Decision Hold => WithoutForesight with { IsHolding = true };

    /// <summary>The decision of a policy that does not look ahead.</summary>
    public static Decision WithoutForesight => new(PlanStatus.Ok, float.NaN, float.NaN);
}

/// <summary>
/// Acts in an environment. All it remembers from one step to the next is forgotten at <see cref="Reset"/>, and all its
/// randomness comes from the keys it is given, so that a run can be resumed between episodes. One thread.
/// </summary>
public interface IPolicy
{
    /// <summary>Who acts, for the record.</summary>
    string Name { get; }

    /// <summary>Steps that it looks ahead; 0 when it does not.</summary>
    int PlanHorizon { get; }

    /// <summary>[horizon × action], what the last decision would do if nothing came between; empty when it does not look ahead.</summary>
    ReadOnlyMemory<float> PlannedActions => default;

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
        return Decision.WithoutForesight;
    }
}

/// <summary>Plans anew at every step and takes the plan's first action: model-predictive control on the observed state.</summary>
public sealed class PlannerPolicy : IPolicy
{
    private readonly IPlanner _planner;
    private readonly PlanBudget _budget;
    private readonly Belief _belief;
    private readonly ActionPlanBuffer _plan;

    /// <summary>Wraps a planner.</summary>
    /// <param name="name">Who acts, for the record.</param>
    /// <param name="planner">The planner.</param>
    /// <param name="observationDimension">Numbers in an observation, which is the belief.</param>
    /// <param name="actionDimension">Numbers in an action.</param>
    /// <param name="horizon">Steps that the planner looks ahead.</param>
    /// <param name="budget">What each decision may spend; the default has no deadline, so decisions are deterministic.</param>
    public PlannerPolicy(string name, IPlanner planner, int observationDimension, int actionDimension, int horizon, PlanBudget budget = default)
    {
        Name = name;
        PlanHorizon = horizon;
        _planner = planner;
        _budget = budget;
        _belief = new Belief(observationDimension);
        _plan = new ActionPlanBuffer(horizon, actionDimension);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int PlanHorizon { get; }

    /// <summary>The plan of the last decision.</summary>
    public ActionPlanBuffer Plan => _plan;

    /// <inheritdoc/>
    public ReadOnlyMemory<float> PlannedActions => _plan.Actions.AsMemory(0, _plan.Horizon * _plan.ActionDimension);

    /// <inheritdoc/>
    public void Reset() => _planner.Reset();

    /// <inheritdoc/>
    public Decision Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, Span<float> action)
    {
        observation.CopyTo(_belief.Mean);
        _belief.At = now;
        var status = _planner.Plan(_belief, now, key, _budget, _plan);
        _plan.Actions.AsSpan(0, action.Length).CopyTo(action);
        return new Decision(status, _plan.PredictedReturn, _plan.Disagreement);
    }
}
