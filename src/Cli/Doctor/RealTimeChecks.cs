using System.Globalization;
using System.Runtime.InteropServices;
using Robotics.Core.Threading;
using Robotics.Core.Time;

namespace Robotics.Cli.Doctor;

/// <summary>Real-time capability for a servo loop: permission for real-time priority, and lateness of the system's timer.</summary>
internal static partial class RealTimeChecks
{
    private const int Periods = 100;
    private const int ClockMonotonic = 1;

    /// <summary>Tries real-time priority on a thread of its own, which ends with the check.</summary>
    public static CheckResult Scheduling()
    {
        var allowed = OnOwnThread(() => RealTime.TrySetFifoPriority(1));
        var found = $"SCHED_FIFO {(allowed ? "allowed" : "not allowed")}, real-time priority up to {Limit("Max realtime priority")}, "
            + $"locked memory up to {Limit("Max locked memory")}";
        return CheckResult.Advised("scheduling", allowed, found,
            "for steady servo loops add 'YOU - rtprio 95' and 'YOU - memlock unlimited' to /etc/security/limits.conf and log in again; in "
                + "a container add --cap-add SYS_NICE");
    }

    /// <summary>Sleeps 100 times for a millisecond on absolute deadlines, with real-time priority where that is allowed.</summary>
    public static CheckResult Timer(SystemClock clock)
    {
        var lateness = OnOwnThread(() =>
        {
            RealTime.TrySetFifoPriority(1);
            RealTime.TrySharpenTimers();
            return MeasureMicroseconds(clock);
        });
        Array.Sort(lateness);
        var (median, worst) = (lateness[Periods / 2], lateness[^1]);
        var resolution = ClockResolution(ClockMonotonic, out var step) == 0 ? step.Nanoseconds : 0;
        var found = string.Create(
            CultureInfo.InvariantCulture,
            $"resolution {resolution} ns; waking at 1 kHz is late by {median:F0} us (median), {worst:F0} us (worst of {Periods})");
        return CheckResult.Advised("timer", median < 500 && resolution is > 0 and <= 1000, found,
            "the machine is busy or a slow virtual machine; servo loops at 1 kHz will miss ticks");
    }

    private static double[] MeasureMicroseconds(SystemClock clock)
    {
        var pacer = new WallPacer(clock);
        var lateness = new double[Periods];
        var deadline = clock.Now + TimeSpan.FromMilliseconds(1);
        for (var tick = 0; tick < Periods; tick++, deadline += TimeSpan.FromMilliseconds(1))
        {
            pacer.WaitUntil(deadline);
            lateness[tick] = (clock.Now - deadline).TotalMicroseconds;
        }

        return lateness;
    }

    private static T OnOwnThread<T>(Func<T> work)
    {
        T? result = default;
        var thread = new Thread(() => result = work());
        thread.Start();
        thread.Join();
        return result!;
    }

    private static string Limit(string name)
    {
        var words = SystemFiles.After("/proc/self/limits", name)?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [var soft, ..] ? soft : "unknown";
    }

    [LibraryImport("libc", EntryPoint = "clock_getres")]
    private static partial int ClockResolution(int clock, out TimeSpec resolution);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
