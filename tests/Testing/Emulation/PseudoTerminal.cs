using System.Runtime.InteropServices;
using System.Text;

namespace Robotics.Testing.Emulation;

/// <summary>
/// A pair of connected terminals: programs open <see cref="Path"/> as a serial port, an emulator speaks at the other end. A
/// link with a lasting name leads to it, as a new pair has a new number. Reading and writing are for one thread.
/// </summary>
public sealed unsafe partial class PseudoTerminal : IDisposable
{
    private const int ReadWriteNoControl = 0x2 | 0x100;
    private const nuint GetTermios2 = 0x802C542A;
    private const nuint SetTermios2 = 0x402C542B;
    private const int TermiosLength = 44;
    private const int OutputSpeedOffset = 40;
    private readonly string? _link;
    private int _master;
    private int _slave;

    /// <summary>Opens a pair.</summary>
    /// <param name="link">Path of a link to make to it; null for none.</param>
    public PseudoTerminal(string? link = null)
    {
        _master = OpenMaster(ReadWriteNoControl);
        var name = stackalloc byte[128];
        if (_master < 0 || Grant(_master) != 0 || Unlock(_master) != 0 || NameOf(_master, name, 128) != 0)
            throw new InvalidOperationException($"no pseudo-terminal: error {Marshal.GetLastPInvokeError()}");
        Device = Marshal.PtrToStringUTF8((nint)name)!;

        // Kept open, or the master would see a hang-up between two programs; and raw, so that nothing is echoed before one has opened it.
        _slave = Open(Device, ReadWriteNoControl);
        MakeRaw();
        _link = link;
        if (link is not null)
        {
            File.Delete(link);
            File.CreateSymbolicLink(link, Device);
        }
    }

    /// <summary>The terminal's own device file.</summary>
    public string Device { get; }

    /// <summary>Path of the device file.</summary>
    public string Path => _link ?? Device;

    /// <summary>Bits per second that the program at the other end has set.</summary>
    public int BaudRate
    {
        get
        {
            var settings = stackalloc byte[TermiosLength];
            return Control(_master, GetTermios2, settings) == 0 ? *(int*)(settings + OutputSpeedOffset) : 0;
        }
    }

    /// <summary>Waits for bytes; 0 when none came in time.</summary>
    public int Read(Span<byte> into, TimeSpan timeout)
    {
        var request = stackalloc int[2];
        (request[0], request[1]) = (_master, 1);
        var time = stackalloc long[2];
        (time[0], time[1]) = (timeout.Ticks / TimeSpan.TicksPerSecond, timeout.Ticks % TimeSpan.TicksPerSecond * 100);
        if (Poll(request, 1, time, 0) <= 0)
            return 0;
        fixed (byte* start = into)
            return (int)Math.Max(0, ReadBytes(_master, start, (nuint)into.Length));
    }

    /// <summary>Sends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint count;
            fixed (byte* start = bytes)
                count = WriteBytes(_master, start, (nuint)bytes.Length);
            if (count <= 0)
                return;
            bytes = bytes[(int)count..];
        }
    }

    /// <summary>Sends text, for tests of text protocols.</summary>
    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Hangs up.</summary>
    public void Dispose()
    {
        if (_master < 0)
            return;
        _ = Close(_slave);
        _ = Close(_master);
        (_master, _slave) = (-1, -1);
        if (_link is not null)
            File.Delete(_link);
    }

    private void MakeRaw()
    {
        var settings = stackalloc byte[TermiosLength];
        _ = Control(_slave, GetTermios2, settings);
        var flags = (uint*)settings;
        (flags[0], flags[1], flags[3]) = (0, 0, 0);
        _ = Control(_slave, SetTermios2, settings);
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int NameOf(int master, byte* name, nuint length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint ReadBytes(int descriptor, byte* into, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint WriteBytes(int descriptor, byte* from, nuint count);

    [LibraryImport("libc", EntryPoint = "ppoll")]
    private static partial int Poll(int* request, nuint count, long* timeout, nint signals);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, void* argument);
}
