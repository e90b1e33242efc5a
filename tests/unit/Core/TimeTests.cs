using Robotics.Core.Spaces;
using Robotics.Core.Time;

namespace Robotics.Tests.Unit.Core;

public sealed class TimeTests
{
    [Fact]
    public void MonotonicTime_Arithmetic_IsExactInNanoseconds()
    {
        var time = new MonotonicTime(1_234_567_899);

        Assert.Equal(1_234_568_899, (time + TimeSpan.FromMicroseconds(1)).Nanoseconds);
        Assert.Equal(1_234_566_899, (time - TimeSpan.FromMicroseconds(1)).Nanoseconds);
        Assert.Equal(TimeSpan.FromSeconds(1), time + TimeSpan.FromSeconds(1) - time);
        Assert.True(time < MonotonicTime.FromSeconds(1.3) && time > MonotonicTime.Zero);
    }

    [Fact]
    public void WallPacer_DeadlinesAheadAndPast_IsNeverEarlyAndDoesNotWaitForThePast()
    {
        var clock = new SystemClock();
        var pacer = new WallPacer(clock);
        for (var i = 1; i <= 20; i++)
        {
            var deadline = clock.Now + TimeSpan.FromMicroseconds(100 * i);
            pacer.WaitUntil(deadline);
            Assert.True(clock.Now >= deadline);
        }

        pacer.WaitUntil(MonotonicTime.Zero);
        Assert.Equal(clock.StartedAtUtc, clock.UtcNow, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void SimulatedPacer_WaitUntil_MovesTheWorldAndNeverBack()
    {
        var world = new Testing.InMemoryRobot(ActionMode.Velocity);
        var pacer = new SimulatedPacer(world);

        pacer.WaitUntil(MonotonicTime.FromSeconds(2));
        pacer.WaitUntil(MonotonicTime.FromSeconds(1));

        Assert.Equal(2, pacer.Clock.Now.Seconds, 1e-9);
    }

    [Fact]
    public void SimulatedPacer_StepOfAThirdOfAMillisecond_EveryPeriodHasTheSameNumberOfSteps()
    {
        const long Step = 333_333;
        var world = new Testing.InMemoryRobot(ActionMode.Velocity);
        world.AdvanceTo(new MonotonicTime(7));
        var pacer = new SimulatedPacer(world, Step);
        pacer.StartAt(world.Now);

        // Ten steps are 3333330 ns, which the grid of 100 ns rounds to 3333300.
        for (var period = 1; period <= 1000; period++)
        {
            pacer.WaitUntil(new MonotonicTime(7) + (period * TimeSpan.FromTicks(33333)));
            Assert.Equal(7 + (10 * period * Step), world.Now.Nanoseconds);
        }
    }
}
