using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Serial;

namespace Robotics.Drivers.Servos;

/// <summary>Takes one motor's condition out of its registers.</summary>
/// <param name="servo">Index of the motor.</param>
/// <param name="block">Its registers.</param>
/// <param name="errors">Error bits of the reply.</param>
/// <param name="into">Receives temperature, voltage, current and the device's error bits.</param>
internal delegate void ServoHealthDecoder(int servo, ReadOnlySpan<byte> block, int errors, DeviceHealth into);

/// <summary>
/// Condition of the motors, one motor at a time in turn, ten times a second each where the cycles leave the time. Does not allocate.
/// </summary>
internal sealed class ServoHealth
{
    private const double PeriodSeconds = 0.1;
    private static readonly TimeSpan MaximumAge = TimeSpan.FromSeconds(0.5);
    private readonly IReadOnlyList<Servo> _servos;
    private readonly ServoLayout _layout;
    private readonly ServoHealthDecoder _decode;
    private readonly DeviceHealth _newest;
    private readonly MonotonicTime[] _at;
    private readonly int[] _known;
    private readonly byte[] _block;
    private readonly TimeSpan _step;
    private MonotonicTime _due;
    private int _next;

    /// <summary>Creates the poll.</summary>
    public ServoHealth(IReadOnlyList<Servo> servos, ServoLayout layout, ServoHealthDecoder decode)
    {
        (_servos, _layout, _decode) = (servos, layout, decode);
        (_newest, _at, _known) = (new DeviceHealth(servos.Count), new MonotonicTime[servos.Count], new int[servos.Count]);
        _block = new byte[layout.HealthLength];
        _step = TimeSpan.FromSeconds(PeriodSeconds / servos.Count);
    }

    /// <summary>Reads the motors that are due while the cycle has time.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="end">End of the cycle; motors long overdue are read beyond it, one per cycle.</param>
    public void Poll(IServoBus bus, IClock clock, MonotonicTime end)
    {
        var now = clock.Now;
        if (now - _due > _step * _servos.Count)
            _due = now - (_step * _servos.Count);
        for (var i = 0; i < _servos.Count && clock.Now >= _due; i++)
        {
            var isOverdue = clock.Now - _at[_next] > MaximumAge / 2;
            if (clock.Now + bus.Serial.Port.WireTime(_block.Length + bus.ReadOverhead) >= end && (i > 0 || !isOverdue))
                return;
            ReadOne(bus, clock);
        }
    }

    /// <summary>Copies the newest condition; false while that of a motor is older than half a second.</summary>
    public bool TryCopy(DeviceHealth into, MonotonicTime now)
    {
        foreach (var at in _at)
        {
            if (at == MonotonicTime.Zero || now - at > MaximumAge)
                return false;
        }

        into.CopyFrom(_newest);
        return true;
    }

    private void ReadOne(IServoBus bus, IClock clock)
    {
        var servo = _next;
        _next = (_next + 1) % _servos.Count;
        _due += _step;
        if (bus.Read(_servos[servo].Id, _layout.HealthAddress, _block, out var errors) != BusStatus.Ok)
            return;
        _decode(servo, _block, errors, _newest);
        _at[servo] = clock.Now;
        var bits = _newest.ErrorBits[servo];
        if (bits != 0 && bits != _known[servo])
            bus.CountDeviceError();
        _known[servo] = bits;
    }
}
