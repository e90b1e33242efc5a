using Robotics.Core.Randomness;
using Robotics.Core.Time;

namespace Robotics.Tests.Unit.Core.Time;

public sealed class ClockMapTests
{
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000_000_000;
    private const long UtcOrigin = 1_764_500_000L * Second;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Observe_ClockThreeSecondsOffDriftingBy100Ppm_ShiftsAgesByLessThan5Ms(ulong seed)
    {
        var network = new JitteryNetwork(seed);
        var map = new ClockMap();
        var largest = 0.0;
        for (var at = 0L; at < 120 * Second; at += 10 * Millisecond)
        {
            var arrival = at + network.Delay();
            var mapped = map.Observe(Remote(at, 3 * Second, 100), new MonotonicTime(arrival));
            if (at >= Second)
                largest = Math.Max(largest, Math.Abs(mapped.Nanoseconds - at) * 1e-6);
        }

        Assert.InRange(largest, 0, 5);
        Assert.Equal(100, map.DriftPpm, 25.0);
        Assert.InRange(map.UncertaintySeconds, 0, 0.005);
        Assert.Equal(0, map.Jumps);
    }

    [Fact]
    public void ObserveExchange_SlowWayBack_KnowsTheOffsetWithoutTheDelay()
    {
        var network = new JitteryNetwork(4);
        var map = new ClockMap();
        for (var at = 0L; at < 20 * Second; at += 100 * Millisecond)
        {
            var (there, back) = (network.Delay() + (20 * Millisecond), network.Delay() + (20 * Millisecond));
            map.ObserveExchange(new MonotonicTime(at), Remote(at + there, -3 * Second, 0), new MonotonicTime(at + there + back));
        }

        Assert.Equal(10.0, map.ToMonotonic(Remote(10 * Second, -3 * Second, 0)).Seconds, 0.002);
        Assert.InRange(map.UncertaintySeconds, 0.020, 0.025);
    }

    [Fact]
    public void Observe_BetterEstimate_IsTakenOverNoFasterThanSlewAndDrift()
    {
        var map = new ClockMap(new ClockMapOptions { MaximumSlewPpm = 1000 });
        for (var at = 0L; at < 3 * Second; at += 10 * Millisecond)
            map.Observe(at, new MonotonicTime(at + (40 * Millisecond)));
        var before = map.OffsetSeconds;
        map.Observe(3 * Second, new MonotonicTime(3 * Second));
        var atOnce = map.OffsetSeconds;
        for (var at = 3 * Second; at < 4 * Second; at += 10 * Millisecond)
            map.Observe(at, new MonotonicTime(at + (40 * Millisecond)));

        Assert.Equal(0.040, before, 0.0001);
        Assert.Equal(before, atOnce, 0.0001);
        Assert.InRange(map.OffsetSeconds, 0.0384, 0.0392); // 1 ms by the slew, up to 0.5 ms by the drift that is believed
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public void Observe_RemoteClockIsSet_StartsAnewAndSaysSo(int seconds)
    {
        var map = new ClockMap();
        for (var at = 0L; at < 5 * Second; at += 10 * Millisecond)
            map.Observe(UtcOrigin + at, new MonotonicTime(at + Millisecond));
        var mapped = map.Observe(UtcOrigin + ((5 + seconds) * Second), new MonotonicTime((5 * Second) + Millisecond));

        Assert.Equal(1, map.Jumps);
        Assert.Equal(seconds, map.LastJumpSeconds, 0.01);
        Assert.Equal(5.0, mapped.Seconds, 0.002);
    }

    [Fact]
    public void Observe_NetworkStallsForHalfASecond_IsNoJump()
    {
        var map = new ClockMap();
        for (var at = 0L; at < 10 * Second; at += 10 * Millisecond)
        {
            var stalled = at is > 5 * Second and < (5 * Second) + (Second / 2);
            var mapped = map.Observe(at, new MonotonicTime(stalled ? (5 * Second) + (Second / 2) : at + Millisecond));
            Assert.Equal(at * 1e-9, mapped.Seconds, 0.002);
        }

        Assert.Equal(0, map.Jumps);
    }

    [Fact]
    public void Observe_EachMessage_DoesNotAllocate()
    {
        var map = new ClockMap();
        map.Observe(0, MonotonicTime.Zero);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var at = 0L; at < 60 * Second; at += 10 * Millisecond)
            map.ObserveExchange(new MonotonicTime(at), at + Millisecond, new MonotonicTime(at + (2 * Millisecond)));

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static long Remote(long at, long offset, double ppm) => UtcOrigin + at + offset + (long)(at * ppm * 1e-6);

    /// <summary>Delays of 0.5 ms and an exponential tail of 3 ms mean; one message in fifty takes 60 ms longer.</summary>
    private sealed class JitteryNetwork(ulong seed)
    {
        private RandomStream _stream = RandomKey.FromSeed(seed).OpenStream();

        public long Delay()
        {
            var tail = -3e6 * Math.Log(1 - _stream.NextDouble());
            return (Millisecond / 2) + (long)tail + (_stream.NextDouble() < 0.02 ? 60 * Millisecond : 0);
        }
    }
}
