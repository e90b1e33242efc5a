using Robotics.Controller.Planning;
using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Controller;

/// <summary>Use of a planner's time budget: a candidate costs 0.1 ms here.</summary>
public sealed class PlanBudgetTests
{
    private static readonly RandomKey Key = RandomKey.FromSeed(7);
    private static readonly PlannerOptions Options = new() { Horizon = 3, Population = 100, Elites = 10, Iterations = 3, Epsilon = 0 };
    private readonly ManualClock _clock = new();
    private readonly FunctionEvaluator _evaluator = new(1, FunctionEvaluator.Quadratic);

    public PlanBudgetTests() => _evaluator.BeforeEvaluate = n => _clock.Advance(TimeSpan.FromMilliseconds(0.1 * n));

    [Theory]
    [InlineData(6.1, 50, PlanStatus.Truncated)]
    [InlineData(0.5, 20, PlanStatus.Truncated)]
    [InlineData(32.5, 100, PlanStatus.Ok)]
    public void Plan_FirstIterationThatDoesNotFit_IsMadeSmallerDownToTwiceTheElites(
        double milliseconds, int candidates, PlanStatus expected)
    {
        var planner = PlannerFactory.Create(Options, _evaluator, _clock);
        Decide(planner, 100);
        _evaluator.Populations.Clear();

        var status = Decide(planner, milliseconds);

        Assert.Equal(expected, status);
        Assert.Equal(candidates, _evaluator.Populations[0]);
        Assert.Equal(expected == PlanStatus.Ok ? 3 : 1, _evaluator.Populations.Count);
    }

    [Fact]
    public void Plan_OneSlowDecision_DoesNotShrinkTheOneAfterTheNext()
    {
        var planner = PlannerFactory.Create(Options, _evaluator, _clock);
        Decide(planner, 100);
        _evaluator.BeforeEvaluate = n => _clock.Advance(TimeSpan.FromMilliseconds(n));
        Decide(planner, 35);
        _evaluator.BeforeEvaluate = n => _clock.Advance(TimeSpan.FromMilliseconds(0.1 * n));
        Decide(planner, 35);
        _evaluator.Populations.Clear();

        Assert.Equal(PlanStatus.Ok, Decide(planner, 35));
        Assert.Equal([100, 100, 100], _evaluator.Populations);
    }

    [Fact]
    public void Plan_DecisionWithoutTime_LeavesTheNextOneAsItWas()
    {
        var planner = PlannerFactory.Create(Options, _evaluator, _clock);
        Decide(planner, 100);

        Assert.Equal(PlanStatus.Truncated, Decide(planner, 0));
        Assert.Equal(PlanStatus.Ok, Decide(planner, 35));
    }

    [Fact]
    public void Plan_StopInTheSecondIteration_ReturnsTheBestSoFar()
    {
        using var stop = new CancellationTokenSource();
        _evaluator.BeforeEvaluate = _ => Cancel(stop);
        var planner = PlannerFactory.Create(Options, _evaluator);
        var plan = new ActionPlanBuffer(3, 1);

        var status = planner.Plan(new Belief(2), default, Key, new PlanBudget(Stop: stop.Token), plan);

        Assert.Equal(PlanStatus.Truncated, status);
        Assert.Equal(2, _evaluator.Populations.Count);
        Assert.True(float.IsFinite(plan.PredictedReturn));
    }

    private void Cancel(CancellationTokenSource stop)
    {
        if (_evaluator.Populations.Count == 1)
            stop.Cancel();
    }

    private PlanStatus Decide(IPlanner planner, double milliseconds)
    {
        var budget = new PlanBudget(_clock.Now + TimeSpan.FromMilliseconds(milliseconds));
        return planner.Plan(new Belief(2), default, Key, in budget, new ActionPlanBuffer(3, 1));
    }
}
