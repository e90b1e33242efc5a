using Robotics.Core.Errors;
using Robotics.Drivers.Serial;

namespace Robotics.Drivers.Feetech;

/// <summary>Registers of single servos for set-up: repeated when a packet is lost, read back after writing. Allocates; throws.</summary>
internal sealed class FeetechAccess(FeetechBus bus, FeetechFamily family)
{
    private const int Attempts = 6;

    /// <summary>The family whose control table is used.</summary>
    public FeetechFamily Family => family;

    /// <summary>The bus.</summary>
    public FeetechBus Bus => bus;

    /// <summary>True when a servo answers a ping.</summary>
    /// <exception cref="UserErrorException">The port is gone.</exception>
    public bool Answers(byte id, int attempts = Attempts)
    {
        for (var i = 0; i < attempts; i++)
        {
            if (Checked(bus.Ping(id, out _)) == BusStatus.Ok)
                return true;
        }

        return false;
    }

    /// <summary>Reads consecutive registers.</summary>
    /// <exception cref="UserErrorException">The servo does not answer.</exception>
    public byte[] ReadBlock(FeetechServo servo, byte address, int count)
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

    /// <summary>Reads a register.</summary>
    /// <exception cref="UserErrorException">The servo does not answer.</exception>
    public int Read(FeetechServo servo, FeetechRegister register) =>
        register.Decode(ReadBlock(servo, register.Address, register.Size), family);

    /// <summary>Writes a register and reads it back; a servo of status level 0 confirms no write.</summary>
    /// <exception cref="UserErrorException">The servo did not take the value.</exception>
    public void Write(FeetechServo servo, FeetechRegister register, int value)
    {
        var data = new byte[register.Size];
        register.Encode(value, data, family);
        var actual = 0;
        for (var i = 0; i < Attempts; i++)
        {
            Checked(bus.Write(servo.Id, register.Address, data));
            actual = Read(servo, register);
            if (actual == value)
                return;
        }

        throw new UserErrorException(
            $"{servo.Name} does not take the value {value} in register {register.Address} and keeps {actual}: switch its supply off and "
            + "on; if that does not help, the servo is of another model or damaged.");
    }

    private BusStatus Checked(BusStatus status) => status == BusStatus.Broken
        ? throw new UserErrorException($"the serial port {bus.Serial.Port.Path} went away: check the adapter's plug.")
        : status;
}
