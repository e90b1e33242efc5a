using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Reporting.Numbers;
using Robotics.Runtime.LockStep;

namespace Robotics.Learning.Episodes;

/// <summary>
/// Executes plans open-loop in a copy of the simulator and compares their returns with the planner's predictions: the
/// exploitation gap, free of the corrections of replanning. One thread, that of the world.
/// </summary>
/// <param name="truth">Ground-truth dynamics, from the present state; the caller disposes them.</param>
/// <param name="interval">Every so many decisions of an episode one is audited, at least 1.</param>
public sealed class PlanAudit(ITrajectoryEvaluator truth, int interval)
{
    private readonly RolloutResult _result = new(1);
    private readonly List<ReturnPrediction> _pairs = [];

    /// <summary>Predicted and realised returns since the last <see cref="Clear"/>.</summary>
    public IReadOnlyList<ReturnPrediction> Pairs => _pairs;

    /// <summary>Clears the pairs.</summary>
    public void Clear() => _pairs.Clear();

    /// <summary>Audits a decision, before physics advances.</summary>
    /// <param name="step">The decision's number in the episode, from 0.</param>
    /// <param name="observation">[observation], the observation that it was planned from.</param>
    /// <param name="plan">[horizon × action], the whole plan; empty when nothing was planned.</param>
    /// <param name="decision">The predictions of the plan.</param>
    public void Observe(int step, ReadOnlyMemory<float> observation, ReadOnlyMemory<float> plan, in Decision decision)
    {
        if (step % interval != 0 || plan.IsEmpty || !float.IsFinite(decision.PredictedReturn))
            return;
        var request = new RolloutRequest
        {
            Belief = observation,
            Actions = plan,
            Population = 1,
            Horizon = plan.Length / truth.ActionDimension,
            Key = new RandomKey(0),
        };
        truth.Evaluate(request, _result);
        if (_result.Status[0] == RolloutStatus.Ok)
            _pairs.Add(new ReturnPrediction(decision.PredictedReturn, _result.Returns[0], decision.Disagreement));
    }
}
