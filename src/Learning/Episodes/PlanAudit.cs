using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Reporting.Numbers;
using Robotics.Runtime.LockStep;

namespace Robotics.Learning.Episodes;

/// <summary>
/// Carries plans out, unchanged, in a copy of the true world and compares what they return with what the planner expected: the
/// exploitation gap, free of the corrections that replanning makes. One thread, that of the world.
/// </summary>
/// <param name="truth">The true world, from its present state; the caller disposes it.</param>
/// <param name="interval">Every which decision of an episode is audited, at least 1.</param>
public sealed class PlanAudit(ITrajectoryEvaluator truth, int interval)
{
    private readonly RolloutResult _result = new(1);
    private readonly List<ReturnPrediction> _pairs = [];

    /// <summary>What was found since the last <see cref="Clear"/>.</summary>
    public IReadOnlyList<ReturnPrediction> Pairs => _pairs;

    /// <summary>Forgets what was found.</summary>
    public void Clear() => _pairs.Clear();

    /// <summary>Audits a decision, before the world has moved on.</summary>
    /// <param name="step">The decision's number in the episode, from 0.</param>
    /// <param name="observation">What it was made on.</param>
    /// <param name="plan">[horizon × action], all of it; empty when nothing was planned.</param>
    /// <param name="decision">What was expected.</param>
    public void Observe(int step, ReadOnlyMemory<float> observation, ReadOnlyMemory<float> plan, in Decision decision)
    {
        if (step % interval != 0 || plan.IsEmpty || !float.IsFinite(decision.PredictedReturn))
            return;
        truth.Evaluate(
            new RolloutRequest { Belief = observation, Actions = plan, Population = 1, Horizon = plan.Length / truth.ActionDimension, Key = new RandomKey(0) },
            _result);
        if (_result.Status[0] == RolloutStatus.Ok)
            _pairs.Add(new ReturnPrediction(decision.PredictedReturn, _result.Returns[0], decision.Disagreement));
    }
}
