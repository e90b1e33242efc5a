using System.Runtime.InteropServices;

namespace Robotics.Core.Threading;

/// <summary>
/// The kernel's real-time services for dedicated threads. Every call returns whether it succeeded; without the rights a loop runs
/// at ordinary priority. For thread start, not for ticks.
/// </summary>
public static partial class RealTime
{
    private const int Fifo = 1;
    private const int LockCurrentOnFault = 1 | 4;
    private const int SetTimerSlack = 29;

    /// <summary>Gives the calling thread a fixed FIFO priority, 1 (low) to 99.</summary>
    public static bool TrySetFifoPriority(int priority) => SetScheduler(0, Fifo, in priority) == 0;

    /// <summary>Binds the calling thread to one core.</summary>
    public static bool TryPinCurrentThread(int core)
    {
        Span<ulong> mask = stackalloc ulong[16];
        mask.Clear();
        mask[core / 64] = 1UL << (core % 64);
        return SetAffinity(0, (nuint)(mask.Length * sizeof(ulong)), ref mask[0]) == 0;
    }

    /// <summary>Keeps what is mapped now in memory once it has been touched; what was never touched takes none.</summary>
    public static bool TryLockMemory() => LockAll(LockCurrentOnFault) == 0;

    /// <summary>Sets the slack of the calling thread's timers to 1 µs. True on success.</summary>
    public static bool TrySharpenTimers() => ProcessControl(SetTimerSlack, 1000, 0, 0, 0) == 0;

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int SetScheduler(int pid, int policy, in int priority);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int pid, nuint size, ref ulong mask);

    [LibraryImport("libc", EntryPoint = "mlockall", SetLastError = true)]
    private static partial int LockAll(int flags);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);
}
