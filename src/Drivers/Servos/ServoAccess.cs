using Robotics.Core.Errors;
using Robotics.Drivers.Serial;

namespace Robotics.Drivers.Servos;

/// <summary>Registers of single servos for set-up: repeated when a packet is lost, read back after writing. Allocates; throws.</summary>
internal sealed class ServoAccess(IServoBus bus)
{
    private const int Attempts = 6;

    /// <summary>The bus.</summary>
    public IServoBus Bus => bus;

    /// <summary>True when a servo answers a ping.</summary>
    /// <exception cref="UserErrorException">The port is gone.</exception>
    public bool Answers(byte id, int attempts = Attempts)
    {
        for (var i = 0; i < attempts; i++)
        {
            if (Checked(bus.Ping(id)) == BusStatus.Ok)
                return true;
        }

        return false;
    }

    /// <summary>Reads consecutive registers.</summary>
    /// <exception cref="UserErrorException">The servo does not answer.</exception>
    public byte[] Read(Servo servo, int address, int count)
    {
        var block = new byte[count];
        for (var i = 0; i < Attempts; i++)
        {
            if (Checked(bus.Read(servo.Id, address, block, out _)) == BusStatus.Ok)
                return block;
        }

        throw new UserErrorException(
            $"{servo.Name} answers pings on {bus.Serial.Port.Path} but not a reading of register {address}: check cable and supply.");
    }

    /// <summary>Writes a register and reads it back: a servo may be set to confirm no write.</summary>
    /// <exception cref="UserErrorException">The servo did not take the value.</exception>
    public void Write(Servo servo, int address, byte[] data)
    {
        byte[] actual = [];
        for (var i = 0; i < Attempts; i++)
        {
            Checked(bus.Write(servo.Id, address, data));
            actual = Read(servo, address, data.Length);
            if (actual.AsSpan().SequenceEqual(data))
                return;
        }

        throw new UserErrorException(
            $"{servo.Name} does not take {Convert.ToHexString(data)} (hex) in register {address} and keeps {Convert.ToHexString(actual)}: "
            + "switch its supply off and on; if that does not help, the servo is of another model or damaged.");
    }

    /// <summary>Writes a register of all servos, of those too that come after one that fails.</summary>
    /// <exception cref="UserErrorException">A servo did not take the value: the first of them.</exception>
    public void WriteAll(IEnumerable<Servo> servos, int address, byte[] data)
    {
        UserErrorException? failure = null;
        foreach (var servo in servos)
        {
            try
            {
                Write(servo, address, data);
            }
            catch (UserErrorException e)
            {
                failure ??= e;
            }
        }

        if (failure is not null)
            throw failure;
    }

    /// <summary>
    /// Writes those settings in EEPROM that differ: EEPROM wears out, and a servo at work must not change its mode.
    /// </summary>
    /// <param name="servo">The servo.</param>
    /// <param name="memory">Its registers from 0 on, as read.</param>
    /// <param name="settings">Addresses and the bytes that should be there.</param>
    /// <param name="torqueAddress">Register of torque.</param>
    /// <param name="lockAddress">Register that must be 0 while settings are written; null where there is none.</param>
    /// <returns>Number of settings written.</returns>
    /// <exception cref="UserErrorException">A setting differs while torque is on, or the servo does not take it.</exception>
    public int Configure(
        Servo servo, byte[] memory, IEnumerable<(int Address, byte[] Data)> settings, int torqueAddress, int? lockAddress)
    {
        var different = settings.Where(s => !memory.AsSpan(s.Address, s.Data.Length).SequenceEqual(s.Data)).ToArray();
        if (different.Length == 0)
            return 0;
        if (Read(servo, torqueAddress, 1)[0] != 0)
            throw new UserErrorException(
                $"{servo.Name} needs other settings (register {different[0].Address}) while its torque is on: "
                + "support the arm, switch its supply off and on, and connect again.");
        if (lockAddress is { } unlock)
            Write(servo, unlock, [0]);
        foreach (var (address, data) in different)
            Write(servo, address, data);
        if (lockAddress is { } relock)
            Write(servo, relock, [1]);
        return different.Length;
    }

    private BusStatus Checked(BusStatus status) => status == BusStatus.Broken
        ? throw new UserErrorException($"the serial port {bus.Serial.Port.Path} went away: check the adapter's plug.")
        : status;
}
