using Robotics.Controller.Planning;
using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Time;

namespace Robotics.Tests.Unit.Controller;

public sealed class ExploringPlannerTests
{
    [Fact]
    public void Plan_WithNoise_ChangesTheFirstActionAloneWithinBoundsByTheKey()
    {
        var (plain, noisy, again, other) = (Plan(0, 1), Plan(0.3, 1), Plan(0.3, 1), Plan(0.3, 2));

        Assert.Equal([0.9f, 0.9f, 0.5f, 0.5f], plain);
        Assert.NotEqual(plain[..2], noisy[..2]);
        Assert.NotEqual(other[..2], noisy[..2]);
        Assert.Equal(again, noisy);
        Assert.Equal(plain[2..], noisy[2..]);
        Assert.All(noisy, value => Assert.InRange(value, -1, 1));
    }

    private static float[] Plan(double std, ulong seed)
    {
        var into = new ActionPlanBuffer(2, 2);
        new ExploringPlanner(new FixedPlanner(), std).Plan(
            new Belief(1), MonotonicTime.Zero, RandomKey.FromSeed(seed), default, into);
        return into.Actions;
    }

    private sealed class FixedPlanner : IPlanner
    {
        public void Reset()
        {
        }

        public PlanStatus Plan(Belief belief, MonotonicTime validFrom, RandomKey key, in PlanBudget budget, ActionPlanBuffer into)
        {
            (into.Horizon, into.ValidFrom) = (2, validFrom);
            into.Actions.AsSpan(0, 2).Fill(0.9f);
            into.Actions.AsSpan(2).Fill(0.5f);
            return PlanStatus.Ok;
        }
    }
}
