using Robotics.Core.Plans;
using Robotics.Core.Time;

namespace Robotics.Tests.Unit.Core;

public sealed class PlansTests
{
    [Fact]
    public void TryGetAction_BeforeWithinAndAfter_KnowsTheGrid()
    {
        var plan = new ActionPlanBuffer(3, 1)
        {
            Horizon = 2,
            ValidFrom = MonotonicTime.FromSeconds(1),
            Period = TimeSpan.FromMilliseconds(40),
        };
        plan.Actions[0] = 0.1f;
        plan.Actions[1] = 0.2f;
        var action = new float[1];

        Assert.False(plan.TryGetAction(new MonotonicTime(999_999_999), action));
        Assert.True(plan.TryGetAction(MonotonicTime.FromSeconds(1), action));
        Assert.Equal(0.1f, action[0]);
        Assert.True(plan.TryGetAction(MonotonicTime.FromSeconds(1.04), action));
        Assert.Equal(0.2f, action[0]);
        Assert.False(plan.TryGetAction(plan.ExpiresAt, action));
        Assert.Equal(1.08, plan.ExpiresAt.Seconds, 1e-9);
    }

    [Fact]
    public void PlanMailbox_WriterAndReaderThreads_NeverSeeATornOrOlderPlan()
    {
        const int Plans = 100_000, Length = 64;
        var mailbox = new PlanMailbox(Length, 1);
        var writer = new Thread(() =>
        {
            for (var i = 1; i <= Plans; i++)
            {
                var draft = mailbox.Draft;
                draft.Actions.AsSpan().Fill(i);
                draft.Sequence = i;
                mailbox.Publish();
            }
        });
        writer.Start();

        long last = 0, torn = 0, older = 0;
        while (last < Plans)
        {
            var plan = mailbox.Latest();
            torn += plan.Actions.AsSpan().ContainsAnyExcept((float)plan.Sequence) ? 1 : 0;
            older += plan.Sequence < last ? 1 : 0;
            last = plan.Sequence;
        }

        writer.Join();
        Assert.Equal((0, 0), (torn, older));
    }
}
