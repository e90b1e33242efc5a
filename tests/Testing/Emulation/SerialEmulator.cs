using Robotics.Core.Threading;
using Robotics.Core.Time;

namespace Robotics.Testing.Emulation;

/// <summary>
/// The wire of emulated servos on a half-duplex bus: a pseudo-terminal, a thread that cuts requests out of the bytes, replies at
/// the time that the bytes would take on a wire, and faults. The protocol is the derived class's.
/// </summary>
public abstract class SerialEmulator : IDisposable
{
    private const int FifoPriority = 80;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private readonly SystemClock _clock;
    private readonly string? _link;
    private readonly WallPacer _pacer;
    private readonly List<EmulatedMessage> _outgoing = [];
    private PseudoTerminal? _terminal;
    private Thread? _thread;
    private volatile bool _isRunning;

    /// <summary>Creates the emulator; <see cref="Start"/> switches it on.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="faults">Faults of the wire.</param>
    /// <param name="link">Path of a lasting link to the port; null for none.</param>
    protected SerialEmulator(SystemClock clock, EmulatorFaults faults, string? link) =>
        (_clock, Faults, _link, _pacer) = (clock, faults, link, new WallPacer(clock));

    /// <summary>Faults of the wire.</summary>
    public EmulatorFaults Faults { get; }

    /// <summary>Record of the wire.</summary>
    public EmulatorWireLog Log { get; } = new();

    /// <summary>Device file for the driver.</summary>
    public string Port => _terminal?.Path ?? _link ?? throw new InvalidOperationException("The emulator is switched off.");

    /// <summary>Rate of the servos, bits per second; at any other rate they understand nothing.</summary>
    public int BaudRate { get; set; } = 1_000_000;

    /// <summary>The clock.</summary>
    protected IClock Clock => _clock;

    /// <summary>Connects the adapter and switches the supply on.</summary>
    public void Start()
    {
        PowerOn();
        Plug();
    }

    /// <summary>Puts the adapter's plug back.</summary>
    public void Plug()
    {
        _terminal = new PseudoTerminal(_link);
        _isRunning = true;
        _thread = new Thread(Run) { Name = "servo emulator", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Pulls the adapter's plug and switches the supply off.</summary>
    public void Stop()
    {
        Unplug();
        PowerOff();
    }

    /// <summary>Pulls the adapter's plug; the servos keep their supply and their last goal.</summary>
    public void Unplug()
    {
        _isRunning = false;
        _thread?.Join();
        _terminal?.Dispose();
        (_thread, _terminal) = (null, null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        GC.SuppressFinalize(this);
    }

    /// <summary>Servos start: EEPROM is loaded, torque is off.</summary>
    protected abstract void PowerOn();

    /// <summary>Servos lose their torque.</summary>
    protected abstract void PowerOff();

    /// <summary>Length of the request at the start of the bytes; 0 when it is not whole; negative to drop that many bytes.</summary>
    protected abstract int Measure(ReadOnlySpan<byte> bytes);

    /// <summary>Carries out a whole request, and answers with <paramref name="reply"/>.</summary>
    protected abstract void Execute(ReadOnlySpan<byte> request, Action<byte[]> reply);

    /// <summary>Called every few milliseconds, for what servos do by themselves.</summary>
    protected virtual void Tick()
    {
    }

    private void Run()
    {
        // A servo's firmware is not late because a machine is busy.
        RealTime.TrySetFifoPriority(FifoPriority);
        var pending = new List<byte>();
        var chunk = new byte[4096];
        while (_isRunning)
        {
            var count = _terminal!.Read(chunk, _outgoing.Count > 0 ? TimeSpan.FromMilliseconds(1) : Look);
            if (count > 0 && Faults.Echo)
                _terminal.Write(chunk.AsSpan(0, count));
            if (count > 0 && _terminal.BaudRate == BaudRate)
                pending.AddRange(chunk.AsSpan(0, count));
            while (pending.Count > 0)
            {
                var bytes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pending);
                var length = Measure(bytes);
                if (length == 0)
                    break;
                if (length > 0)
                    Take(bytes[..length].ToArray());
                pending.RemoveRange(0, Math.Abs(length));
            }

            SendDue();
            Tick();
        }

        _outgoing.Clear();
    }

    private void Take(byte[] request)
    {
        if (Faults.Receive(request) is not { } received)
            return;
        Log.Add(Clock.Now, WireDirection.Received, received);
        if (Measure(received) != received.Length)
            return;
        var due = Clock.Now + WireTime(request.Length);
        Execute(received, reply =>
        {
            due += WireTime(reply.Length);
            Log.Add(due, WireDirection.Sent, reply);
            _outgoing.AddRange(Faults.Send(reply, due));
        });
    }

    private TimeSpan WireTime(int bytes) => TimeSpan.FromSeconds(bytes * 10.0 / BaudRate);

    private void SendDue()
    {
        if (_outgoing.Count == 0)
            return;
        _outgoing.Sort((a, b) => a.DueAt.CompareTo(b.DueAt));
        while (_outgoing.Count > 0 && (_outgoing[0].DueAt - Clock.Now).TotalSeconds < 0.003)
        {
            // The replies to one request leave in one piece when the last is due, as a USB adapter hands them on.
            var last = _outgoing.FindLastIndex(m => (m.DueAt - _outgoing[0].DueAt).TotalSeconds < 0.003);
            _pacer.WaitUntil(_outgoing[last].DueAt);
            for (var i = 0; i <= last; i++)
                _terminal!.Write(_outgoing[i].Bytes);
            _outgoing.RemoveRange(0, last + 1);
        }
    }
}
