using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Serial;

namespace Robotics.Drivers.Feetech;

/// <summary>
/// Condition of the motors, one motor at a time in turn, ten times a second each where the cycles leave the time. Does not allocate.
/// </summary>
internal sealed class FeetechHealth
{
    private const int BlockLength = 9;
    private const double CurrentUnit = 0.0065;
    private const double PeriodSeconds = 0.1;
    private static readonly TimeSpan MaximumAge = TimeSpan.FromSeconds(0.5);
    private readonly FeetechServo[] _servos;
    private readonly FeetechFamily _family;
    private readonly DeviceHealth _newest;
    private readonly MonotonicTime[] _at;
    private readonly FeetechErrors[] _known;
    private readonly byte[] _block = new byte[BlockLength];
    private readonly TimeSpan _step;
    private MonotonicTime _due;
    private int _next;

    /// <summary>Creates the poll.</summary>
    public FeetechHealth(FeetechServo[] servos, FeetechFamily family)
    {
        (_servos, _family) = (servos, family);
        (_newest, _at, _known) = (new DeviceHealth(servos.Length), new MonotonicTime[servos.Length], new FeetechErrors[servos.Length]);
        _step = TimeSpan.FromSeconds(PeriodSeconds / servos.Length);
    }

    /// <summary>Reads the motors that are due while the cycle has time.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="errors">[servos], error bits; refreshed.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="end">End of the cycle; motors long overdue are read beyond it, one per cycle.</param>
    public void Poll(FeetechBus bus, FeetechErrors[] errors, IClock clock, MonotonicTime end)
    {
        var now = clock.Now;
        if (now - _due > _step * _servos.Length)
            _due = now - (_step * _servos.Length);
        for (var i = 0; i < _servos.Length && clock.Now >= _due; i++)
        {
            var isOverdue = clock.Now - _at[_next] > MaximumAge / 2;
            if (clock.Now + bus.Serial.Port.WireTime(BlockLength + (3 * FeetechFrame.Overhead)) >= end && (i > 0 || !isOverdue))
                return;
            ReadOne(bus, errors, clock);
        }
    }

    /// <summary>Copies the newest condition; false while that of a motor is older than half a second.</summary>
    public bool TryCopy(DeviceHealth into, FeetechErrors[] errors, MonotonicTime now)
    {
        foreach (var at in _at)
        {
            if (at == MonotonicTime.Zero || now - at > MaximumAge)
                return false;
        }

        into.CopyFrom(_newest);
        into.IsFaulted = false;
        for (var i = 0; i < errors.Length; i++)
        {
            into.ErrorBits[i] = (int)errors[i];
            into.IsFaulted |= (errors[i] & _servos[i].UnloadConditions) != 0;
        }

        return true;
    }

    private void ReadOne(FeetechBus bus, FeetechErrors[] errors, IClock clock)
    {
        var servo = _servos[_next];
        _next = (_next + 1) % _servos.Length;
        _due += _step;
        if (bus.Read(servo.Id, FeetechRegisters.PresentVoltage.Address, _block, out var bits) != BusStatus.Ok)
            return;
        var current = FeetechRegisters.PresentCurrent;
        (_at[servo.Index], errors[servo.Index]) = (clock.Now, bits);
        _newest.Voltages[servo.Index] = _block[0] * 0.1;
        _newest.Temperatures[servo.Index] = _block[1];
        _newest.Currents[servo.Index] = _family == FeetechFamily.Sts
            ? current.Decode(_block.AsSpan(current.Address - FeetechRegisters.PresentVoltage.Address), _family) * CurrentUnit
            : double.NaN;
        if (bits != FeetechErrors.None && bits != _known[servo.Index])
            bus.CountDeviceError();
        _known[servo.Index] = bits;
    }
}
