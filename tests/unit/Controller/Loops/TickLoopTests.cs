using Robotics.Controller.Loops;
using Robotics.Core.Time;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Controller;

public sealed class TickLoopTests
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);
    private readonly ManualClock _clock = new();
    private readonly List<Tick> _ticks = [];

    [Fact]
    public void RunTick_WokenTwoPeriodsLate_SkipsThemAndKeepsTheGrid()
    {
        var pacer = new ManualPacer(_clock);
        var loop = new TickLoop("test", Period, pacer, [Stage("note", TimeSpan.Zero)]);
        pacer.WakeLateBy(TimeSpan.FromMilliseconds(3));
        pacer.WakeLateBy(TimeSpan.FromMilliseconds(24));

        for (var i = 0; i < 3; i++)
            loop.RunTick();

        Assert.Equal([0, 3, 4], _ticks.Select(t => t.Index));
        Assert.Equal([0, 30, 40], _ticks.Select(t => t.Due.Nanoseconds / 1_000_000));
        var timings = loop.Snapshot();
        Assert.Equal((3, 2, 0), (timings.Ticks, timings.MissedByWaking, timings.MissedByOverrun));
        Assert.Equal(24_000, timings.LatenessUs.Max, 1.0);
    }

    [Fact]
    public void RunTick_StageOverruns_CountsItsMissedTicks()
    {
        var durations = new Queue<double>([1, 35, 1, 12, 1]);
        var slow = new DelegateStage("slow", (in Tick _) => _clock.Advance(TimeSpan.FromMilliseconds(durations.Dequeue())));
        var loop = new TickLoop("test", Period, new ManualPacer(_clock), [Stage("note", TimeSpan.FromMilliseconds(2)), slow]);

        for (var i = 0; i < 5; i++)
            loop.RunTick();

        // The tick at 10 ms ends at 47: 20 and 30 are missed, 40 runs late; the tick at 50 ends at 64, so 60 is late, not missed.
        Assert.Equal([0, 10, 40, 50, 60], _ticks.Select(t => t.Due.Nanoseconds / 1_000_000));
        var timings = loop.Snapshot();
        Assert.Equal((0, 2), (timings.MissedByWaking, timings.MissedByOverrun));
        Assert.Equal([0, 2], timings.Stages.Select(s => s.Missed));
        Assert.Equal(7_000, timings.LatenessUs.Max, 200.0);
    }

    [Fact]
    public void RunTick_SteadyState_DoesNotAllocate()
    {
        var loop = new TickLoop(
            "test", Period, new ManualPacer(_clock), [new DelegateStage("work", (in Tick _) => _clock.Advance(Period / 3))]);
        loop.RunTick();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            loop.RunTick();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void LoopThread_AgainstTheWall_TicksOnTheGridUntilStopped()
    {
        var clock = new SystemClock();
        var early = 0;
        var check = new DelegateStage("check", (in Tick t) => early += t.StartedAt < t.Due ? 1 : 0);
        var loop = new TickLoop("test", TimeSpan.FromMilliseconds(1), new WallPacer(clock), [check]);
        var ended = false;

        using (var thread = new LoopThread(loop, default, () => ended = true))
        {
            Assert.True(SpinWait.SpinUntil(() => loop.Snapshot().Ticks >= 20, TimeSpan.FromSeconds(20)));
            Assert.True(thread.Grants!.Pinned);
        }

        Assert.True(ended);
        Assert.Equal(0, early);
    }

    [Fact]
    public void LoopThread_StageThrows_EndsAndReports()
    {
        var loop = new TickLoop(
            "test", Period, new ManualPacer(_clock),
            [new DelegateStage("bad", (in Tick _) => throw new InvalidOperationException("defect"))]);
        var ended = false;

        using var thread = new LoopThread(loop, default, () => ended = true);

        Assert.True(SpinWait.SpinUntil(() => !thread.IsRunning, TimeSpan.FromSeconds(20)));
        Assert.True(ended);
        Assert.Equal("defect", thread.Fault?.Message);
    }

    [Fact]
    public void Resolve_FewAndManyCores_GivesTheServoItsOwn()
    {
        Assert.Null(new CorePlan().Resolve(1).ServoCore);
        var two = new CorePlan().Resolve(2);
        Assert.Equal((1, null), (two.ServoCore, two.ControlCore));
        Assert.Equal([0, 1], two.WorkerCores!);
        var four = new CorePlan().Resolve(4);
        Assert.Equal((3, 0), (four.ServoCore, four.ControlCore));
        Assert.Equal([0, 1, 2], four.WorkerCores!);
        Assert.Equal([0, 2], new CorePlan { ServoCore = 1 }.Resolve(3).WorkerCores!);
    }

    private DelegateStage Stage(string name, TimeSpan duration) => new(name, (in Tick t) =>
    {
        _ticks.Add(t);
        _clock.Advance(duration);
    });
}
