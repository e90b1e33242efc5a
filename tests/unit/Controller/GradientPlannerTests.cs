using Robotics.Controller.Planning;
using Robotics.Core.Beliefs;
using Robotics.Core.Errors;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Controller;

public sealed class GradientPlannerTests
{
    private static readonly RandomKey Key = RandomKey.FromSeed(7);

    [Fact]
    public void Plan_QuadraticReturn_FindsTheOptimum()
    {
        var plan = new ActionPlanBuffer(4, 1);

        var status = Planner(4, DifferentiableEvaluator.Quadratic(1), iterations: 100).Plan(new Belief(2), default, Key, default, plan);

        Assert.Equal(PlanStatus.Ok, status);
        for (var j = 0; j < 4; j++)
            Assert.Equal(FunctionEvaluator.Target(j), plan.Actions[j], 0.01);
    }

    [Fact]
    public void Plan_OptimumOutOfBounds_StandsAtTheBound()
    {
        var evaluator = new DifferentiableEvaluator(
            new FunctionEvaluator(1, (a, _) => (3 * a[0], 0)), (_, _, gradient) => gradient.Fill(3));
        var plan = new ActionPlanBuffer(1, 1);

        Planner(1, evaluator, iterations: 30).Plan(new Belief(2), default, Key, default, plan);

        Assert.Equal(1, plan.Actions[0]);
    }

    [Fact]
    public void Plan_LinearSystem_CostsWithinTwoPercentOfLqr()
    {
        var system = new DoubleIntegrator(Horizon: 10);
        var evaluator = new DifferentiableEvaluator(
            new FunctionEvaluator(1, (actions, belief) => (-(float)system.Cost(actions, belief), 0)),
            (actions, belief, gradient) => Differences(system, actions, belief, gradient));
        var belief = new Belief(2) { Mean = { [0] = 0.3f, [1] = -0.1f } };
        var plan = new ActionPlanBuffer(10, 1);

        Planner(10, evaluator, iterations: 150).Plan(belief, default, Key, default, plan);

        var optimal = system.OptimalCost(belief.Mean);
        Assert.InRange(system.Cost(plan.Actions, belief.Mean), optimal * 0.9999, optimal * 1.02);
    }

    [Fact]
    public void Plan_DerivativesNotFinite_MovesTheOtherActions()
    {
        var evaluator = new DifferentiableEvaluator(
            new FunctionEvaluator(1, FunctionEvaluator.Quadratic),
            (actions, _, gradient) => (gradient[0], gradient[1]) = (float.NaN, -2 * (actions[1] - FunctionEvaluator.Target(1))));
        var plan = new ActionPlanBuffer(2, 1);

        var status = Planner(2, evaluator, iterations: 100).Plan(new Belief(2), default, Key, default, plan);

        Assert.Equal(PlanStatus.Ok, status);
        Assert.Equal(FunctionEvaluator.Target(1), plan.Actions[1], 0.01);
        Assert.InRange(plan.Actions[0], -1, 1);
    }

    [Fact]
    public void Plan_PartOfTheRolloutsNotFinite_FindsTheBestOfTheRest()
    {
        var evaluator = new DifferentiableEvaluator(
            new FunctionEvaluator(1, (a, _) => (a[0] > 0.2f ? float.NaN : a[0], 0)), (a, _, gradient) =>
                gradient.Fill(a[0] > 0.2f ? float.NaN : 1));
        var plan = new ActionPlanBuffer(1, 1);

        var status = Planner(1, evaluator, iterations: 50).Plan(new Belief(2), default, Key, default, plan);

        Assert.Equal(PlanStatus.Ok, status);
        Assert.InRange(plan.Actions[0], 0.1f, 0.2f);
    }

    [Fact]
    public void Plan_SecondDecision_StartsFromTheShiftedBestUnderItsOwnNoise()
    {
        var evaluator = DifferentiableEvaluator.Quadratic(1);
        var planner = Planner(1, evaluator, iterations: 100);
        var (first, second) = (new ActionPlanBuffer(1, 1), new ActionPlanBuffer(1, 1));

        planner.Plan(new Belief(2), default, Key.Derive(0), default, first);
        planner.Plan(new Belief(2), default, Key.Derive(1), new PlanBudget(Iterations: 1), second);

        Assert.Equal(first.Actions, second.Actions);
        Assert.Equal(2, evaluator.Keys.Count);
    }

    [Fact]
    public void Create_EvaluatorWithoutDerivatives_IsRefusedInASentence()
    {
        var options = new PlannerOptions { Kind = PlannerKind.Gradient, Population = 8 };

        var error = Assert.Throws<UserErrorException>(
            () => PlannerFactory.Create(options, new FunctionEvaluator(1, FunctionEvaluator.Quadratic)));

        Assert.Contains("needs derivatives, which FunctionEvaluator does not give", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_SteadyState_DoesNotAllocate()
    {
        var evaluator = DifferentiableEvaluator.Quadratic(2);
        var options = new PlannerOptions { Kind = PlannerKind.Gradient, Horizon = 10, Population = 8 };
        var planner = PlannerFactory.Create(options, evaluator, new ManualClock());
        var (belief, plan) = (new Belief(2), new ActionPlanBuffer(10, 2));
        var budget = new PlanBudget(MonotonicTime.FromSeconds(1));
        planner.Plan(belief, default, Key, budget, plan);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
            planner.Plan(belief, default, Key, budget, plan);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static IPlanner Planner(int horizon, DifferentiableEvaluator evaluator, int iterations) => PlannerFactory.Create(
        new PlannerOptions { Kind = PlannerKind.Gradient, Horizon = horizon, Population = 8, Iterations = iterations, StepSize = 0.05 },
        evaluator);

    private static void Differences(DoubleIntegrator system, ReadOnlySpan<float> actions, ReadOnlySpan<float> belief, Span<float> gradient)
    {
        const float Step = 1e-3f;
        var moved = actions.ToArray();
        for (var j = 0; j < moved.Length; j++)
        {
            moved[j] = actions[j] + Step;
            var above = system.Cost(moved, belief);
            moved[j] = actions[j] - Step;
            gradient[j] = (float)((system.Cost(moved, belief) - above) / (2 * Step));
            moved[j] = actions[j];
        }
    }
}
