using Robotics.Core.Plans;
using Robotics.Core.Rollouts;
using Robotics.Learning.Episodes;
using Robotics.Reporting.Numbers;
using Robotics.Runtime.LockStep;

namespace Robotics.Tests.Unit.Learning;

public sealed class PlanAuditTests
{
    [Fact]
    public void Observe_EveryOtherDecision_ComparesThePlanWithTheTrueWorld()
    {
        var audit = new PlanAudit(new Adder(), interval: 2);
        float[] observation = [10];
        for (var step = 0; step < 4; step++)
            audit.Observe(step, observation, new float[] { 1, 2, step }, new Decision(PlanStatus.Ok, 20, 0.5f));
        Assert.Equal([new ReturnPrediction(20, 13, 0.5), new ReturnPrediction(20, 15, 0.5)], audit.Pairs);
        audit.Clear();
        audit.Observe(0, observation, default, Decision.NoPrediction);
        audit.Observe(0, observation, new float[] { float.NaN }, new Decision(PlanStatus.Ok, 20, 0.5f));
        Assert.Empty(audit.Pairs);
    }

    /// <summary>A world whose return is the state plus the sum of actions.</summary>
    private sealed class Adder : ITrajectoryEvaluator
    {
        public int BeliefDimension => 1;

        public int ActionDimension => 1;

        public void Evaluate(in RolloutRequest request, RolloutResult into)
        {
            into.Returns[0] = request.Belief.Span[0] + request.Actions.ToArray().Sum();
            into.Status[0] = float.IsFinite(into.Returns[0]) ? RolloutStatus.Ok : RolloutStatus.NotFinite;
        }
    }
}
