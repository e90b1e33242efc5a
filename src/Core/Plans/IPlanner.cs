using Robotics.Core.Beliefs;
using Robotics.Core.Randomness;
using Robotics.Core.Time;

namespace Robotics.Core.Plans;

/// <summary>Limits on a planner's time and iterations. Immutable.</summary>
/// <param name="Deadline">Stop refining at this moment and return the best so far; null for no limit in time.</param>
/// <param name="Iterations">Refinements; null for the planner's own number. With no deadline a plan is deterministic.</param>
/// <param name="Stop">Once it is cancelled no further refinement begins, and the best so far is returned: for a user who does not
/// want to wait.</param>
public readonly record struct PlanBudget(MonotonicTime? Deadline = null, int? Iterations = null, CancellationToken Stop = default);

/// <summary>Result of planning.</summary>
public enum PlanStatus
{
    /// <summary>The budget of work was spent.</summary>
    Ok,

    /// <summary>The deadline or the wish to stop came first; the plan is the best so far.</summary>
    Truncated,

    /// <summary>No rollout was finite; the plan repeats the warm start.</summary>
    NoFiniteRollout,

    /// <summary>
    /// The members of the model disagreed beyond the trust limit about every sequence; the plan is of those of least
    /// disagreement.
    /// </summary>
    Untrusted,
}

/// <summary>
/// Finds actions. Used by one thread; does not allocate, does not throw; safe on the tick path of the control thread.
/// </summary>
public interface IPlanner
{
    /// <summary>Forgets the warm start: at the beginning of an episode.</summary>
    void Reset();

    /// <summary>Plans from a belief.</summary>
    /// <param name="belief">The belief at the moment from which the plan is valid.</param>
    /// <param name="validFrom">That moment.</param>
    /// <param name="key">The randomness of this decision.</param>
    /// <param name="budget">Limits on time and iterations.</param>
    /// <param name="into">
    /// Receives the plan. Its <see cref="ActionPlanBuffer.Period"/> is the caller's to set beforehand: the warm start is shifted
    /// by as many periods as lie between two plans, or by one where no period is given.
    /// </param>
    PlanStatus Plan(Belief belief, MonotonicTime validFrom, RandomKey key, in PlanBudget budget, ActionPlanBuffer into);
}

/// <summary>Proposes several action sequences, so that a planner starts from more than one mode.</summary>
public interface IActionPrior
{
    /// <summary>Fills proposals.</summary>
    /// <param name="belief">The belief to act from.</param>
    /// <param name="key">The randomness.</param>
    /// <param name="count">Sequences wanted.</param>
    /// <param name="horizon">Steps of each.</param>
    /// <param name="into">Receives [count × horizon × action], each in [−1, 1].</param>
    /// <returns>Sequences filled, at most <paramref name="count"/>.</returns>
    int Propose(Belief belief, RandomKey key, int count, int horizon, Span<float> into);
}
