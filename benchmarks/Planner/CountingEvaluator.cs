using Robotics.Core.Rollouts;

namespace Robotics.Benchmarks.Planner;

/// <summary>Counts the sequences and steps that a planner evaluates. One caller at a time.</summary>
internal sealed class CountingEvaluator(ITrajectoryEvaluator inner) : ITrajectoryEvaluator
{
    /// <summary>Sequences times steps evaluated so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Sequences evaluated so far.</summary>
    public long Sequences { get; private set; }

    /// <inheritdoc/>
    public int BeliefDimension => inner.BeliefDimension;

    /// <inheritdoc/>
    public int ActionDimension => inner.ActionDimension;

    /// <inheritdoc/>
    public void Evaluate(in RolloutRequest request, RolloutResult into)
    {
        Steps += (long)request.Population * request.Horizon;
        Sequences += request.Population;
        inner.Evaluate(request, into);
    }
}
