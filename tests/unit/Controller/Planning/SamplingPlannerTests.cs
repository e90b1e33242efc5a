using FsCheck;
using FsCheck.Fluent;
using Robotics.Controller.Planning;
using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Controller;

public sealed class SamplingPlannerTests
{
    private static readonly RandomKey Key = RandomKey.FromSeed(7);

    [Theory]
    [InlineData(PlannerKind.RandomShooting, 0.8)]
    [InlineData(PlannerKind.Cem, 0.01)]
    [InlineData(PlannerKind.Icem, 0.05)]
    [InlineData(PlannerKind.Mppi, 0.1)]
    public void Plan_QuadraticReturn_ApproachesTheOptimum(PlannerKind kind, double tolerance)
    {
        var options = new PlannerOptions
        {
            Kind = kind,
            Horizon = 4,
            Population = 500,
            Elites = 25,
            Iterations = 20,
            Temperature = 0.02,
            NoiseBeta = 0,
        };
        var evaluator = new FunctionEvaluator(1, FunctionEvaluator.Quadratic);
        var plan = new ActionPlanBuffer(4, 1);

        var status = PlannerFactory.Create(options, evaluator).Plan(new Belief(2), default, Key, default, plan);

        Assert.Equal(PlanStatus.Ok, status);
        for (var j = 0; j < 4; j++)
            Assert.Equal(FunctionEvaluator.Target(j), plan.Actions[j], tolerance);
    }

    [Theory]
    [InlineData(PlannerKind.Cem)]
    [InlineData(PlannerKind.Icem)]
    public void Plan_LinearSystem_CostsWithinTwoPercentOfLqr(PlannerKind kind)
    {
        var system = new DoubleIntegrator(Horizon: 10);
        var options = new PlannerOptions
        {
            Kind = kind,
            Horizon = 10,
            Population = 400,
            Elites = 40,
            Iterations = 30,
            Epsilon = 1e-6,
            NoiseBeta = 0.5,
        };
        var evaluator = new FunctionEvaluator(1, (actions, belief) => (-(float)system.Cost(actions, belief), 0));
        var belief = new Belief(2) { Mean = { [0] = 0.3f, [1] = -0.1f } };
        var plan = new ActionPlanBuffer(10, 1);

        PlannerFactory.Create(options, evaluator).Plan(belief, default, Key, default, plan);

        var optimal = system.OptimalCost(belief.Mean);
        Assert.InRange(system.Cost(plan.Actions, belief.Mean), optimal * 0.9999, optimal * 1.02);
    }

    [Theory]
    [InlineData(PlannerKind.RandomShooting)]
    [InlineData(PlannerKind.Cem)]
    [InlineData(PlannerKind.Icem)]
    [InlineData(PlannerKind.Mppi)]
    public void Plan_SeveralDecisions_AsksForAtMostTheLargestPopulation(PlannerKind kind)
    {
        var options = new PlannerOptions { Kind = kind, Horizon = 3, Population = 20, Elites = 10, Iterations = 3 };
        var counter = new CountingEvaluator(new FunctionEvaluator(1, FunctionEvaluator.Quadratic));
        var planner = PlannerFactory.Create(options, counter);
        var plan = new ActionPlanBuffer(3, 1);

        for (var i = 0UL; i < 3; i++)
            planner.Plan(new Belief(2), default, Key.Derive(i), default, plan);

        Assert.Equal(options.MaximumPopulationSize, counter.MaximumPopulationSize);
    }

    [Theory]
    [InlineData(PlannerKind.RandomShooting)]
    [InlineData(PlannerKind.Cem)]
    [InlineData(PlannerKind.Icem)]
    [InlineData(PlannerKind.Mppi)]
    public void Plan_SameKeys_SamePlans(PlannerKind kind)
    {
        var options = new PlannerOptions { Kind = kind, Horizon = 6, Population = 60, Elites = 6, Iterations = 3 };

        var (first, second, other) = (TwoDecisions(options, Key), TwoDecisions(options, Key), TwoDecisions(options, RandomKey.FromSeed(8)));

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Theory]
    [InlineData(PlannerKind.RandomShooting, float.NaN)]
    [InlineData(PlannerKind.Cem, float.NaN)]
    [InlineData(PlannerKind.Cem, float.PositiveInfinity)]
    [InlineData(PlannerKind.Icem, float.NaN)]
    [InlineData(PlannerKind.Mppi, float.NegativeInfinity)]
    public void Plan_PartOfTheRolloutsNotFinite_KeepsAwayFromThem(PlannerKind kind, float poison)
    {
        var options = new PlannerOptions { Kind = kind, Horizon = 2, Population = 200, Elites = 20, Iterations = 8, Temperature = 0.05 };
        var evaluator = new FunctionEvaluator(1, (a, _) => (a[0] > 0 ? poison : a[0], 0));
        var plan = new ActionPlanBuffer(2, 1);

        var status = PlannerFactory.Create(options, evaluator).Plan(new Belief(2), default, Key, default, plan);

        Assert.Equal(PlanStatus.Ok, status);
        Assert.InRange(plan.Actions[0], -0.3f, 0.02f);
        Assert.True(float.IsFinite(plan.PredictedReturn));
    }

    [Theory]
    [InlineData(PlannerKind.RandomShooting)]
    [InlineData(PlannerKind.Cem)]
    [InlineData(PlannerKind.Mppi)]
    public void Plan_NothingFiniteTwoPeriodsLater_HoldsTheShiftedPlan(PlannerKind kind)
    {
        var options = new PlannerOptions { Kind = kind, Horizon = 5, Population = 60, Elites = 6, Iterations = 3 };
        var broken = false;
        var evaluator = new FunctionEvaluator(1, (a, b) => broken ? (float.NaN, 0) : FunctionEvaluator.Quadratic(a, b));
        var planner = PlannerFactory.Create(options, evaluator);
        var period = TimeSpan.FromMilliseconds(40);
        var plan = new ActionPlanBuffer(5, 1) { Period = period };
        planner.Plan(new Belief(2), MonotonicTime.Zero, Key, default, plan);
        float[] expected = [.. plan.Actions[2..], 0, 0];
        broken = true;

        var status = planner.Plan(new Belief(2), MonotonicTime.Zero + (2 * period), Key, default, plan);

        Assert.Equal(PlanStatus.NoFiniteRollout, status);
        Assert.Equal(expected, plan.Actions);
    }

    [Fact]
    public void Plan_IcemWithOneIterationLater_KeepsTheShiftedElites()
    {
        var options = new PlannerOptions
        {
            Kind = PlannerKind.Icem,
            Horizon = 3,
            Population = 100,
            Elites = 10,
            Iterations = 2,
            PopulationDecay = 2,
        };
        var evaluator = new FunctionEvaluator(1, FunctionEvaluator.Quadratic);
        var planner = PlannerFactory.Create(options, evaluator);
        var plan = new ActionPlanBuffer(3, 1);

        planner.Plan(new Belief(2), default, Key, default, plan);
        planner.Plan(new Belief(2), default, Key, default, plan);

        // 100, then max(50, 20) with 3 kept elites and the mean; the next decision starts with the 3 elites shifted.
        Assert.Equal([100, 54, 103, 54], evaluator.Populations);
    }

    [Fact]
    public void Plan_DeadlineBeforeTheNextIterationEnds_StopsInTime()
    {
        var clock = new ManualClock();
        var evaluator = new FunctionEvaluator(1, FunctionEvaluator.Quadratic);
        evaluator.BeforeEvaluate = _ => clock.Advance(TimeSpan.FromMilliseconds(10));
        var planner = PlannerFactory.Create(new PlannerOptions { Horizon = 3, Population = 50, Elites = 5 }, evaluator, clock);
        var deadline = MonotonicTime.FromSeconds(0.025);

        var status = planner.Plan(new Belief(2), default, Key, new PlanBudget(deadline), new ActionPlanBuffer(3, 1));

        Assert.Equal(PlanStatus.Truncated, status);
        Assert.Equal(2, evaluator.Populations.Count);
        Assert.True(clock.Now <= deadline);
    }

    [Fact]
    public void Plan_DeadlinePassed_FollowsTheWarmStart()
    {
        var clock = new ManualClock();
        var evaluator = new FunctionEvaluator(1, FunctionEvaluator.Quadratic);
        var planner = PlannerFactory.Create(new PlannerOptions { Horizon = 3 }, evaluator, clock);
        var plan = new ActionPlanBuffer(3, 1);
        planner.Plan(new Belief(2), default, Key, default, plan);
        float[] expected = [.. plan.Actions[1..], 0];

        var status = planner.Plan(new Belief(2), default, Key, new PlanBudget(MonotonicTime.Zero), plan);

        Assert.Equal(PlanStatus.Truncated, status);
        Assert.Equal(expected, plan.Actions);
    }

    [Fact]
    public void Plan_NeedleThatOnlyThePriorKnows_IsFound()
    {
        static (float, float) Needle(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            foreach (var x in a)
            {
                if (Math.Abs(x - 0.9f) > 0.01f)
                    return (0, 0);
            }

            return (100, 0);
        }

        var options = new PlannerOptions { Kind = PlannerKind.Icem, Horizon = 6, Population = 50, Elites = 5, PriorShare = 0.1 };
        var plan = new ActionPlanBuffer(6, 1);

        PlannerFactory.Create(options, new FunctionEvaluator(1, Needle), prior: new ConstantPrior(0.9f)).Plan(
            new Belief(2), default, Key, default, plan);

        Assert.All(plan.Actions, a => Assert.Equal(0.9f, a, 0.011f));
        Assert.Equal(100, plan.PredictedReturn);
    }

    [Fact]
    public void Plan_DisagreementPenalty_PrefersWhatTheMembersAgreeOn()
    {
        // Return a, disagreement max(a, 0): beyond a penalty of 1 the best action is 0.
        var evaluator = new FunctionEvaluator(1, (a, _) => (a[0], Math.Max(a[0], 0)));
        float FirstAction(double penalty)
        {
            var plan = new ActionPlanBuffer(1, 1);
            var options = new PlannerOptions
            {
                Kind = PlannerKind.Icem,
                Horizon = 1,
                Population = 200,
                Elites = 20,
                DisagreementPenalty = penalty,
            };
            PlannerFactory.Create(options, evaluator).Plan(new Belief(2), default, Key, default, plan);
            return plan.Actions[0];
        }

        Assert.InRange(FirstAction(0), 0.95f, 1f);
        Assert.InRange(FirstAction(5), -0.05f, 0.05f);
    }

    [Fact]
    public void Plan_DisagreementBelowItsPrice_IsSoughtOut()
    {
        // Return −|a|, disagreement |a|: a bonus of two turns rest into the worst choice.
        var evaluator = new FunctionEvaluator(1, (a, _) => (-Math.Abs(a[0]), Math.Abs(a[0])));
        var plan = new ActionPlanBuffer(1, 1);
        var options = new PlannerOptions { Kind = PlannerKind.Icem, Horizon = 1, Population = 200, Elites = 20, DisagreementPenalty = -2 };
        PlannerFactory.Create(options, evaluator).Plan(new Belief(2), default, Key, default, plan);
        Assert.InRange(Math.Abs(plan.Actions[0]), 0.95f, 1f);
    }

    [Fact]
    public void Plan_AnyOptions_StaysInBounds()
    {
        var cases = from kind in Gen.Elements(PlannerKind.RandomShooting, PlannerKind.Cem, PlannerKind.Icem, PlannerKind.Mppi)
                    from horizon in Gen.Choose(1, 40)
                    from population in Gen.Choose(2, 60)
                    from sigma in Gen.Choose(1, 20)
                    from beta in Gen.Choose(0, 4)
                    from push in Gen.Choose(-3, 3)
                    from seed in Gen.Choose(0, 1_000_000)
                    select (kind, horizon, population, sigma, beta, push, seed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var options = new PlannerOptions
            {
                Kind = c.kind,
                Horizon = c.horizon,
                Population = c.population,
                Elites = Math.Max(1, c.population / 5),
                Iterations = 3,
                InitialSigma = 0.1 * c.sigma,
                NoiseBeta = c.beta,
            };
            var evaluator = new FunctionEvaluator(2, (a, _) => (c.push * a[0], 0));
            var planner = PlannerFactory.Create(options, evaluator);
            var plan = new ActionPlanBuffer(c.horizon, 2);
            for (var i = 0; i < 3; i++)
                planner.Plan(new Belief(2), default, RandomKey.FromSeed((ulong)c.seed), default, plan);
            return plan.Actions.All(a => a is >= -1 and <= 1) && plan.Horizon == c.horizon;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(1, 3).WithQuietOnSuccess(true));
    }

    [Theory]
    [InlineData(PlannerKind.RandomShooting)]
    [InlineData(PlannerKind.Cem)]
    [InlineData(PlannerKind.Icem)]
    [InlineData(PlannerKind.Mppi)]
    public void Plan_SteadyState_DoesNotAllocate(PlannerKind kind)
    {
        var options = new PlannerOptions { Kind = kind, Horizon = 10, Population = 50, Elites = 5 };
        var evaluator = new FunctionEvaluator(2, FunctionEvaluator.Quadratic) { RecordsPopulations = false };
        var planner = PlannerFactory.Create(options, evaluator, new ManualClock(), new ConstantPrior(0.1f));
        var (belief, plan) = (new Belief(2), new ActionPlanBuffer(10, 2));
        var budget = new PlanBudget(MonotonicTime.FromSeconds(1));
        planner.Plan(belief, default, Key, budget, plan);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0UL; i < 20; i++)
            planner.Plan(belief, default, Key.Derive(i), budget, plan);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static float[] TwoDecisions(PlannerOptions options, RandomKey key)
    {
        var planner = PlannerFactory.Create(options, new FunctionEvaluator(2, FunctionEvaluator.Quadratic));
        var plan = new ActionPlanBuffer(options.Horizon, 2);
        planner.Plan(new Belief(2), default, key.Derive(0), default, plan);
        planner.Plan(new Belief(2), default, key.Derive(1), default, plan);
        return [.. plan.Actions];
    }

    private sealed class ConstantPrior(float action) : IActionPrior
    {
        public int Propose(Belief belief, RandomKey key, int count, int horizon, Span<float> into)
        {
            into.Fill(action);
            if (count > 1)
                into[0] = float.NaN;
            return count;
        }
    }
}
