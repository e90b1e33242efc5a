using Robotics.App.Composition;
using Robotics.Core;

namespace Robotics.Tests.Unit.App;

/// <summary>A point on a line, x' = x + a, observed exactly; the planner notes what it is asked.</summary>
public sealed class LoopPolicyTests : IBeliefTracker, IPlanner
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private readonly List<(float From, MonotonicTime ValidFrom)> _asked = [];
    private readonly Belief _belief = new(1);
    private bool _isStale;

    Belief IBeliefTracker.Current => _belief;

    [Fact]
    public void Decide_EveryStep_ActsByThePlanOfTheStepBeforeMadeForThisMoment()
    {
        var policy = new LoopPolicy("loop", 20, 1, 1, this, this, 4);

        var actions = Run(policy, steps: 4, start: MonotonicTime.FromSeconds(3));

        // Nothing is planned yet, then the plans' first actions in turn: 0.1, 0.2, 0.3.
        Assert.Equal([0f, 0.1f, 0.2f, 0.3f], actions);
        // The belief is predicted over the action that acts while the plan is made: 0, then 0 + 0.1, then 0.1 + 0.2 …
        Assert.Equal([0f, 0.1f, 0.3f, 0.6f], _asked.Select(a => MathF.Round(a.From, 4)));
        Assert.Equal(MonotonicTime.FromSeconds(3) + Period, _asked[0].ValidFrom);
    }

    [Fact]
    public void Decide_AfterReset_FollowsNoPlanOfTheEpisodeBefore()
    {
        var policy = new LoopPolicy("loop", 20, 1, 1, this, this, 4);
        Run(policy, steps: 3, start: MonotonicTime.Zero);

        policy.Reset();

        Assert.Equal(0f, Run(policy, steps: 1, start: MonotonicTime.FromSeconds(0.15))[0]);
    }

    [Fact]
    public void Decide_StreamMissing_RunsThePlanOutAndThenHolds()
    {
        var policy = new LoopPolicy("loop", 20, 1, 1, this, this, 4);
        Run(policy, steps: 2, start: MonotonicTime.Zero);
        _isStale = true;

        var held = Enumerable.Range(2, 6).Select(t => policy.Decide([0], MonotonicTime.FromSeconds(0.05 * t), RandomKey.FromSeed((ulong)t), new float[1]).IsHolding);

        // The plan of the second tick is valid from the third to the sixth.
        Assert.Equal([false, false, false, false, true, true], held);
        Assert.Equal(2, _asked.Count);
    }

    bool IBeliefTracker.IsStale => _isStale;

    Belief IBeliefTracker.CreateBelief() => new(1);

    void IBeliefTracker.Restart(MonotonicTime at, MonotonicTime since) => (_belief.Mean[0], _belief.At) = (0, at);

    void IBeliefTracker.Advance(MonotonicTime at, ReadOnlySpan<float> action) => (_belief.Mean[0], _belief.At) = (_belief.Mean[0] + action[0], at);

    bool IBeliefTracker.Gather(ReadOnlySpan<float> observation, MonotonicTime capturedAt, MonotonicTime receivedAt)
    {
        Assert.Equal(_belief.At, capturedAt);
        _belief.Mean[0] = observation[0];
        return true;
    }

    void IBeliefTracker.Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into) => into.Mean[0] = belief.Mean[0] + action[0];

    void IPlanner.Reset()
    {
    }

    PlanStatus IPlanner.Plan(Belief belief, MonotonicTime validFrom, RandomKey key, in PlanBudget budget, ActionPlanBuffer into)
    {
        _asked.Add((belief.Mean[0], validFrom));
        into.Actions.AsSpan().Fill(0.1f * _asked.Count);
        (into.Horizon, into.ValidFrom) = (4, validFrom);
        return PlanStatus.Ok;
    }

    private static float[] Run(LoopPolicy policy, int steps, MonotonicTime start)
    {
        var (x, actions, action) = (0f, new float[steps], new float[1]);
        for (var t = 0; t < steps; t++)
        {
            policy.Decide([x], start + (t * Period), RandomKey.FromSeed((ulong)t), action);
            x += actions[t] = action[0];
        }

        return actions;
    }
}
