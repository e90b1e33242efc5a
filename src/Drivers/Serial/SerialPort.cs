using System.Runtime.InteropServices;
using Robotics.Core.Errors;
using Robotics.Core.Time;

namespace Robotics.Drivers.Serial;

/// <summary>
/// A serial port in raw mode, 8N1, locked exclusively (TIOCEXCL and flock). Reading and writing have deadlines, do not allocate and
/// do not throw. Not thread-safe.
/// </summary>
internal sealed unsafe class SerialPort : IDisposable
{
    private const uint BaudOther = 0x1000;
    private const uint EightBits = 0x30;
    private const uint Receiver = 0x80;
    private const uint IgnoreModemLines = 0x800;
    private const int TimeConstant = 5;
    private const int MinimumCount = 6;
    private const int SerialFlagsOffset = 16;
    private const int LowLatencyFlag = 1 << 13;
    private readonly IClock _clock;
    private int _descriptor;

    private SerialPort(int descriptor, string path, int baudRate, IClock clock) =>
        (_descriptor, Path, BaudRate, _clock) = (descriptor, path, baudRate, clock);

    /// <summary>Device file.</summary>
    public string Path { get; }

    /// <summary>Bits per second.</summary>
    public int BaudRate { get; private set; }

    /// <summary>True when the adapter was asked for low latency and agreed.</summary>
    public bool HasLowLatency { get; private set; }

    /// <summary>Opens and locks a port.</summary>
    /// <exception cref="UserErrorException">It is missing, busy, forbidden, no serial port, or does not know the rate.</exception>
    public static SerialPort Open(string path, int baudRate, IClock clock)
    {
        var descriptor = SerialNative.Open(
            path,
            SerialNative.OpenReadWrite | SerialNative.OpenNoControllingTerminal | SerialNative.OpenNonBlocking
            | SerialNative.OpenCloseOnExec);
        if (descriptor < 0)
            throw SerialFailures.Opening(path, Marshal.GetLastPInvokeError());
        var port = new SerialPort(descriptor, path, baudRate, clock);
        try
        {
            port.Claim();
            port.Configure();
            port.HasLowLatency = port.TryLowLatency();
        }
        catch
        {
            port.Dispose();
            throw;
        }

        return port;
    }

    /// <summary>Time of a number of bytes on the wire: ten bits each.</summary>
    public TimeSpan WireTime(int bytes) => TimeSpan.FromSeconds(bytes * 10.0 / BaudRate);

    /// <summary>Changes the rate; false when the port does not know it. For set-up.</summary>
    public bool TrySetRate(int baudRate)
    {
        BaudRate = baudRate;
        try
        {
            Configure();
            return true;
        }
        catch (UserErrorException)
        {
            return false;
        }
    }

    /// <summary>Waits for bytes and takes them.</summary>
    /// <param name="into">Receives them.</param>
    /// <param name="deadline">Gives up then; a moment that has passed takes what is there.</param>
    /// <returns>Number of bytes; 0 at the deadline; −1 when the port is gone.</returns>
    public int Read(Span<byte> into, MonotonicTime deadline)
    {
        while (true)
        {
            nint count;
            fixed (byte* start = into)
                count = SerialNative.Read(_descriptor, start, (nuint)into.Length);
            if (count > 0)
                return (int)count;

            // With a minimum count of 1, none means that the other end hung up.
            if (count == 0 || Marshal.GetLastPInvokeError() is not (SerialNative.TryAgain or SerialNative.Interrupted))
                return -1;
            var ready = Wait(SerialNative.PollIn, deadline);
            if (ready <= 0)
                return ready;
        }
    }

    /// <summary>Sends all bytes; false when the port is gone or takes no bytes until the deadline.</summary>
    public bool Write(ReadOnlySpan<byte> bytes, MonotonicTime deadline)
    {
        while (bytes.Length > 0)
        {
            nint count;
            fixed (byte* start = bytes)
                count = SerialNative.Write(_descriptor, start, (nuint)bytes.Length);
            if (count > 0)
                bytes = bytes[(int)count..];
            else if (count < 0 && Marshal.GetLastPInvokeError() is not (SerialNative.TryAgain or SerialNative.Interrupted))
                return false;
            else if (Wait(SerialNative.PollOut, deadline) <= 0)
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor < 0)
            return;
        _ = SerialNative.Close(_descriptor);
        _descriptor = -1;
    }

    /// <summary>1 when ready, 0 at the deadline, −1 when the port is gone.</summary>
    private int Wait(short events, MonotonicTime deadline)
    {
        while (true)
        {
            var left = Math.Max(0, deadline.Nanoseconds - _clock.Now.Nanoseconds);
            var timeout = new SerialNative.TimeSpec { Seconds = left / 1_000_000_000, Nanoseconds = left % 1_000_000_000 };
            var request = new SerialNative.PollRequest { Descriptor = _descriptor, Events = events };
            var ready = SerialNative.Poll(&request, 1, &timeout, 0);
            if (ready == 0)
                return 0;
            if (ready < 0 && Marshal.GetLastPInvokeError() != SerialNative.Interrupted)
                return -1;
            if (ready > 0)
                return (request.Returned & events) != 0 ? 1 : -1;
        }
    }

    private void Claim()
    {
        // The superuser passes TIOCEXCL; the advisory lock holds among programs that ask for it.
        if (SerialNative.Lock(_descriptor, SerialNative.LockExclusive | SerialNative.LockNonBlocking) != 0)
            throw SerialFailures.Opening(Path, Marshal.GetLastPInvokeError());
        _ = SerialNative.Control(_descriptor, SerialNative.SetExclusive, null);
    }

    private void Configure()
    {
        SerialNative.Termios settings;
        if (SerialNative.Control(_descriptor, SerialNative.GetTermios2, &settings) != 0)
            throw SerialFailures.NoTerminal(Path);
        (settings.Input, settings.Output, settings.Local) = (0, 0, 0);
        settings.Control = BaudOther | EightBits | Receiver | IgnoreModemLines;
        (settings.InputSpeed, settings.OutputSpeed) = ((uint)BaudRate, (uint)BaudRate);
        (settings.Characters[TimeConstant], settings.Characters[MinimumCount]) = (0, 1);
        if (SerialNative.Control(_descriptor, SerialNative.SetTermios2, &settings) != 0)
            throw SerialFailures.Rate(Path, BaudRate, 0);
        if (SerialNative.Control(_descriptor, SerialNative.GetTermios2, &settings) != 0)
            throw SerialFailures.NoTerminal(Path);
        if (Math.Abs(settings.OutputSpeed - (double)BaudRate) > 0.03 * BaudRate)
            throw SerialFailures.Rate(Path, BaudRate, settings.OutputSpeed);
        _ = SerialNative.Control(_descriptor, SerialNative.FlushQueues, (void*)0);
    }

    /// <summary>Adapters of FTDI collect bytes for 16 ms otherwise. Others have no such flag.</summary>
    private bool TryLowLatency()
    {
        var info = stackalloc byte[128];
        new Span<byte>(info, 128).Clear();
        if (SerialNative.Control(_descriptor, SerialNative.GetSerialInfo, info) != 0)
            return false;
        *(int*)(info + SerialFlagsOffset) |= LowLatencyFlag;
        return SerialNative.Control(_descriptor, SerialNative.SetSerialInfo, info) == 0;
    }
}
