using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Robotics.Core.Threading;

/// <summary>
/// Wakes one waiting thread. Setting it is one system call (eventfd): it neither waits nor allocates, and takes no lock that the
/// waiting thread may hold. Sets that nobody waited for count as one. Safe on the tick path.
/// </summary>
public sealed partial class WakeEvent : IDisposable
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const short Readable = 1;
    private readonly SafeFileHandle _handle;

    /// <summary>Creates the event, not set.</summary>
    /// <exception cref="IOException">The process has no file descriptor left.</exception>
    public WakeEvent()
    {
        var descriptor = CreateEvent(0, NonBlocking | CloseOnExec);
        if (descriptor < 0)
            throw new IOException($"no event could be created: {Marshal.GetLastPInvokeErrorMessage()}.");
        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Wakes the waiting thread, or lets its next wait return at once. Does nothing after disposal.</summary>
    public void Set()
    {
        try
        {
            if (!_handle.IsClosed)
                _ = Write(_handle, 1, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Disposed between the two lines: nobody waits any more.
        }
    }

    /// <summary>Waits until the event is set or the time is over; true when it was set, which resets it.</summary>
    public bool Wait(TimeSpan timeout)
    {
        var request = new PollRequest { Descriptor = (int)_handle.DangerousGetHandle(), Events = Readable };
        if (Poll(ref request, 1, (int)Math.Ceiling(timeout.TotalMilliseconds)) <= 0)
            return false;
        return Read(_handle, out _, sizeof(ulong)) == sizeof(ulong);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int CreateEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeFileHandle handle, in ulong value, nuint size);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(SafeFileHandle handle, out ulong value, nuint size);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollRequest request, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
