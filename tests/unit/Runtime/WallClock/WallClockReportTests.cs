using Robotics.Controller.Loops;
using Robotics.Core.Streams;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.Runtime.WallClock;

namespace Robotics.Tests.Unit.Runtime;

public sealed class WallClockReportTests
{
    [Fact]
    public void Misses_TicksNotRunAndPlansTooLate_AreCountedOnce()
    {
        var counters = new ControlCounters { Published = 95, Late = 2, Expired = 1, Truncated = 7 };
        var report = Create(counters, ticks: 96, missedByWaking: 1, missedByOverrun: 3);

        Assert.Equal(7, report.Misses);
        Assert.Equal(0.07, report.MissShare, 1e-12);
        Assert.Equal(9000, report.DecisionUs.P50);
    }

    [Fact]
    public void Load_OfTenSeconds_IsGivenInCoresAndPicturesPerSecond()
    {
        var load = Create(new ControlCounters(), 1, 0, 0).Load;

        Assert.Equal((0.15, 1.2, 25.0), (load.SimulatorCores, load.ControllerCores, load.ImagesPerSecond));
    }

    [Fact]
    public void Poll_GapInTheSequence_CountsWhatWasLost()
    {
        var pool = new ImagePool(new ImageFormat(2, 2, 3), 4);
        var hub = new ImageStreamHub(new SensorStreamSpec("camera", 25, StreamClock.Host, TimeSpan.Zero));
        using var counter = new ImageCounter([hub]);
        foreach (var sequence in new[] { 5L, 6, 9, 10, 11, 12 })
        {
            hub.Publish(new Sample<ImageLease>(pool.TryRent()!, default, default, sequence));
            counter.Poll();
        }

        Assert.Equal((6, 2), (counter.Count, counter.Lost));
    }

    private static WallClockReport Create(ControlCounters counters, long ticks, long missedByWaking, long missedByOverrun)
    {
        var summary = new LatencySummary(ticks, 9000, 9000, 9500, 9900, 9999);
        var timings = new LoopTimings(
            "control", 50, 50, ticks, missedByWaking, missedByOverrun, summary, summary, [new StageTimings("plan", summary, 0)]);
        var load = new WallClockLoad(10, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(12), 250, 0, 0, 0, 1000, 0);
        return new WallClockReport(
            timings, timings, new LatencyHistogram(), new LatencyHistogram(), counters, new ServoCounters(), 1, 0, load,
            new EstimationReport([], [], 0, 0));
    }
}
