using Robotics.Benchmarks.Bfloat16;
using Robotics.Controller.Planning;
using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Tests.Unit.Controller;

namespace Robotics.Tests.Unit.Benchmarks;

public sealed class PrecisionStudyTests
{
    private static readonly PlannerOptions Options = new() { Horizon = 3, Population = 40, Elites = 5, Iterations = 3, Epsilon = 0 };

    [Fact]
    public void Evaluate_OtherInTheLastCall_AnswersThereAlone()
    {
        var usual = new FunctionEvaluator(1, FunctionEvaluator.Quadratic);
        var other = new FunctionEvaluator(1, FunctionEvaluator.Quadratic);
        var probe = new ProbeEvaluator(usual, other, Options.MaximumPopulationSize, Options.Horizon);
        var planner = PlannerFactory.Create(Options, probe);

        probe.Begin(otherAt: 2);
        planner.Plan(new Belief(2), default, RandomKey.FromSeed(1), default, new ActionPlanBuffer(3, 1));

        Assert.Equal((3, 2, 1), (probe.Calls, usual.Populations.Count, other.Populations.Count));
        Assert.Equal((40, 3, 120), (probe.Last.Population, probe.Last.Horizon, probe.Last.Actions.Length));
    }

    [Fact]
    public void DifferenceShare_OfPairedReturns_IsRelativeToTheFirst()
    {
        var found = new PairedReturns([-10, -30], [-11, -29.8]);

        Assert.Equal(-0.02, found.DifferenceShare, 1e-9);
        Assert.InRange(found.DifferenceInterval.Low, -0.05 - 1e-9, -0.02);
        Assert.InRange(found.DifferenceInterval.High, -0.02, 0.01 + 1e-9);
    }
}
