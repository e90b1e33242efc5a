using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;

namespace Robotics.Controller.Planning;

/// <summary>
/// Search strategy of a sampling planner: the distribution of the candidates and its update by their scores. It also owns the state
/// kept from one decision to the next. Does not allocate after construction, does not throw; safe on
/// the tick path; one thread.
/// </summary>
internal abstract class SearchStrategy(PlannerOptions options, int actionDimension)
{
    /// <summary>The planner's options.</summary>
    protected PlannerOptions Options => options;

    /// <summary>Action dimension.</summary>
    protected int ActionDimension => actionDimension;

    /// <summary>Dimension of a sequence.</summary>
    protected int Length => options.Horizon * actionDimension;

    /// <summary>The largest population that <see cref="PopulationAt"/> may ask for.</summary>
    public int MaximumPopulationSize => options.MaximumPopulationSize;

    /// <summary>Elites that <see cref="Update"/> wants to see.</summary>
    public abstract int EliteCount { get; }

    /// <summary>True when further iterations would not help.</summary>
    public virtual bool HasConverged => false;

    /// <summary>True when all iterations of a decision use the same noise.</summary>
    public virtual bool KeepsNoise => false;

    /// <summary>[horizon × action], what to execute as far as is known now; before the first update the warm start.</summary>
    public abstract ReadOnlySpan<float> Solution { get; }

    /// <summary>True when <see cref="Solution"/> comes from sequences within the trust limit, as far as is known now.</summary>
    public bool IsTrusted { get; protected set; } = true;

    /// <summary>The return to expect of <see cref="Solution"/>; NaN when no update happened in this decision.</summary>
    public float ExpectedReturn { get; protected set; } = float.NaN;

    /// <summary>The members' disagreement about it; NaN likewise.</summary>
    public float ExpectedDisagreement { get; protected set; } = float.NaN;

    /// <summary>Forgets everything: at the beginning of an episode.</summary>
    public abstract void Reset();

    /// <summary>Moves what is carried over by so many steps into the past: the warm start of the next decision.</summary>
    public abstract void Shift(int steps);

    /// <summary>Begins a decision that will take at most so many iterations.</summary>
    public virtual void Begin(int iterations)
    {
        ExpectedReturn = float.NaN;
        ExpectedDisagreement = float.NaN;
    }

    /// <summary>Candidates of iteration <paramref name="iteration"/>.</summary>
    public virtual int PopulationAt(int iteration) => options.Population;

    /// <summary>The fewest candidates that still make a useful first iteration when there is no time for all that are wanted.</summary>
    public virtual int LeastPopulation(int wanted) => wanted;

    /// <summary>Fills <paramref name="candidates"/>, whose count is set.</summary>
    public abstract void Sample(int iteration, CandidateSet candidates, ref RandomStream random);

    /// <summary>Rolls candidates out.</summary>
    public virtual void Evaluate(ITrajectoryEvaluator evaluator, in RolloutRequest request, RolloutResult into) =>
        evaluator.Evaluate(request, into);

    /// <summary>Learns from the scores; called only when there is at least one elite.</summary>
    public void Learn(CandidateSet candidates)
    {
        IsTrusted = candidates.AreTrusted;
        Update(candidates);
    }

    /// <summary>Updates the distribution; called by <see cref="Learn"/>.</summary>
    protected abstract void Update(CandidateSet candidates);

    /// <summary>Shifts one sequence; the freed steps get zeros or the last action again.</summary>
    protected void ShiftSequence(Span<float> sequence, int steps, bool repeatLast)
    {
        var a = actionDimension;
        var freed = Math.Min(steps, options.Horizon) * a;
        Span<float> kept = sequence[freed..];
        kept.CopyTo(sequence);
        var tail = sequence[kept.Length..];
        if (!repeatLast)
        {
            tail.Clear();
            return;
        }

        // The last action still stands at the very end; walking backwards leaves it there.
        for (var i = tail.Length - a - 1; i >= 0; i--)
            tail[i] = tail[i + a];
    }
}
