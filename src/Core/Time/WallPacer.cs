using System.Runtime.InteropServices;

namespace Robotics.Core.Time;

/// <summary>
/// Sleeps to absolute deadlines on the machine's monotonic clock (clock_nanosleep with TIMER_ABSTIME), so that lateness
/// of one tick does not move the next. Does not allocate; safe on the tick path; one per thread.
/// </summary>
public sealed partial class WallPacer(SystemClock clock) : IPacer
{
    private const int ClockMonotonic = 1;
    private const int TimerAbsolute = 1;
    private const int Interrupted = 4;

    /// <inheritdoc/>
    public IClock Clock => clock;

    /// <inheritdoc/>
    public void WaitUntil(MonotonicTime deadline)
    {
        if (deadline <= clock.Now)
            return;
        var nanoseconds = clock.OriginNanoseconds + deadline.Nanoseconds;
        var request = new TimeSpec { Seconds = nanoseconds / 1_000_000_000L, Nanoseconds = nanoseconds % 1_000_000_000L };
        while (ClockNanosleep(ClockMonotonic, TimerAbsolute, in request, IntPtr.Zero) == Interrupted)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int ClockNanosleep(int clockId, int flags, in TimeSpec request, IntPtr remain);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
