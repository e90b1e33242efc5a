using Robotics.Controller.Planning;
using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;

namespace Robotics.Tests.Unit.Controller;

public sealed class TrustLimitTests
{
    private static readonly RandomKey Key = RandomKey.FromSeed(7);

    [Theory]
    [InlineData(PlannerKind.RandomShooting, 0.3f)]
    [InlineData(PlannerKind.Cem, 0.3f)]
    [InlineData(PlannerKind.Icem, 0.3f)]
    [InlineData(PlannerKind.Mppi, 0.3f)]
    [InlineData(PlannerKind.Gradient, 0.3f)]
    public void Plan_BetterReturnsBeyondTheLimit_StaysWithinIt(PlannerKind kind, float limit)
    {
        // The return is a, and so is the disagreement where a > 0.
        var (status, plan) = Plan(kind, limit, (a, _) => (a[0], Math.Max(a[0], 0)));

        Assert.Equal(PlanStatus.Ok, status);
        Assert.InRange(plan.Actions[0], 0.1f, limit);
        Assert.InRange(plan.Disagreement, 0, limit);
    }

    [Theory]
    [InlineData(PlannerKind.RandomShooting)]
    [InlineData(PlannerKind.Cem)]
    [InlineData(PlannerKind.Icem)]
    [InlineData(PlannerKind.Mppi)]
    public void Plan_AllBeyondTheLimit_TakesTheLeastDisagreementAndSaysSo(PlannerKind kind)
    {
        var (status, plan) = Plan(kind, 0.5, (a, _) => (a[0], 1 + Math.Abs(a[0] + 0.5f)));

        Assert.Equal(PlanStatus.Untrusted, status);
        Assert.Equal(-0.5, plan.Actions[0], 0.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Plan_OneIterationBeyondTheLimit_TakesTheOtherWhateverItsReturn(int trusted)
    {
        var iteration = -1;
        var evaluator = new FunctionEvaluator(1, (_, _) => iteration == trusted ? (-100, 0) : (7, 2)) { BeforeEvaluate = _ => iteration++ };
        var plan = new ActionPlanBuffer(1, 1);
        var options = new PlannerOptions
        {
            Kind = PlannerKind.RandomShooting,
            Horizon = 1,
            Population = 10,
            Elites = 1,
            Iterations = 2,
            TrustLimit = 1,
        };

        var status = PlannerFactory.Create(options, evaluator).Plan(new Belief(2), default, Key, default, plan);

        Assert.Equal((PlanStatus.Ok, -100f), (status, plan.PredictedReturn));
    }

    [Fact]
    public void Plan_PartNotFiniteAndTheRestBeyondTheLimit_IsUntrusted()
    {
        var (status, plan) = Plan(PlannerKind.Cem, 0.5, (a, _) => (a[0] > 0 ? float.NaN : a[0], a[0] > 0 ? 0 : 1));

        Assert.Equal(PlanStatus.Untrusted, status);
        Assert.True(float.IsFinite(plan.PredictedReturn));
    }

    private static (PlanStatus Status, ActionPlanBuffer Plan) Plan(PlannerKind kind, double limit, FunctionEvaluator.Score score)
    {
        var options = new PlannerOptions
        {
            Kind = kind,
            Horizon = 1,
            Population = 200,
            Elites = 10,
            Iterations = 8,
            Temperature = 0.02,
            NoiseBeta = 0,
            TrustLimit = limit,
        };
        var evaluator = new DifferentiableEvaluator(new FunctionEvaluator(1, score), (_, _, gradient) => gradient.Fill(1));
        var plan = new ActionPlanBuffer(1, 1);
        return (PlannerFactory.Create(options, evaluator).Plan(new Belief(2), default, Key, default, plan), plan);
    }
}
