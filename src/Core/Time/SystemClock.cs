using System.Diagnostics;

namespace Robotics.Core.Time;

/// <summary>
/// The one home of the machine's clocks. Monotonic time is CLOCK_MONOTONIC; the wall clock is read once, at the start.
/// Thread-safe; safe on the tick path.
/// </summary>
public sealed class SystemClock : IClock
{
    private readonly long _originNanoseconds = MachineNanoseconds;

    /// <summary>Starts a run's clock now.</summary>
    public SystemClock()
    {
#pragma warning disable RS0030 // the one home of the wall clock
        StartedAtUtc = DateTimeOffset.UtcNow;
#pragma warning restore RS0030
    }

    /// <summary>The wall clock at the start of the run, in UTC.</summary>
    public DateTimeOffset StartedAtUtc { get; }

    /// <inheritdoc/>
    public MonotonicTime Now => new(MachineNanoseconds - _originNanoseconds);

    /// <summary>The wall clock now, in UTC: the start plus the monotonic time since.</summary>
    public DateTimeOffset UtcNow => StartedAtUtc + (Now - MonotonicTime.Zero);

    /// <summary>CLOCK_MONOTONIC at the start of the run, in nanoseconds: what absolute sleeps of the kernel count from.</summary>
    internal long OriginNanoseconds => _originNanoseconds;

#pragma warning disable RS0030 // the one home of the monotonic clock
    private static long MachineNanoseconds => Stopwatch.GetTimestamp() * (1_000_000_000L / Stopwatch.Frequency);
#pragma warning restore RS0030
}
