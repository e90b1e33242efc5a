using Robotics.Core.Errors;
using Robotics.Drivers.Servos;

namespace Robotics.Drivers.Feetech;

/// <summary>Settings and torque of Feetech servos. Allocates; throws.</summary>
internal sealed class FeetechConfiguration(ServoAccess access, FeetechOptions options)
{
    private const int EepromLength = 40;
    private const int MultiTurnBit = 0x10;
    private const double CurrentUnit = 0.0065;
    private readonly FeetechFamily _family = options.Family;

    /// <summary>Writes the settings in EEPROM that differ.</summary>
    /// <returns>Number of settings written.</returns>
    /// <exception cref="UserErrorException">Something differs while torque is on, or a servo does not take a value.</exception>
    public int Run(IEnumerable<FeetechServo> servos) => servos.Sum(servo =>
    {
        var eeprom = access.Read(servo, 0, EepromLength);
        var settings = Settings(servo, eeprom).Select(s => ((int)s.Register.Address, Bytes(s.Register, s.Value)));
        return access.Configure(servo, eeprom, settings, FeetechRegisters.TorqueEnable.Address, FeetechRegisters.Lock(_family).Address);
    });

    /// <summary>Present position, goal, profile and torque limit of a servo; then torque.</summary>
    /// <exception cref="UserErrorException">The joint is beyond its limits, or the servo does not take a value.</exception>
    public void TorqueOn(IReadOnlyList<FeetechServo> servos)
    {
        foreach (var servo in servos)
        {
            servo.RequireInside(Position(servo));
            Write(servo, FeetechRegisters.GoalTime, 0);
            Write(servo, FeetechRegisters.GoalVelocity, servo.SpeedLimit);
            if (_family != FeetechFamily.Sts)
                continue;
            Write(servo, FeetechRegisters.Acceleration, servo.AccelerationLimit);
            Write(servo, FeetechRegisters.TorqueLimit, servo.TorqueLimit);
        }

        // Torque drives to the goal that was left there: it must be here first. As shortly before as can be, since limp joints sink.
        foreach (var servo in servos)
        {
            var position = Position(servo);
            servo.RequireInside(position);
            Write(servo, FeetechRegisters.GoalPosition, position);
            Write(servo, FeetechRegisters.TorqueEnable, 1);
        }
    }

    /// <summary>Switches torque off.</summary>
    /// <exception cref="UserErrorException">A servo did not confirm; the others were switched off.</exception>
    public void TorqueOff(IReadOnlyList<FeetechServo> servos) => access.WriteAll(servos, FeetechRegisters.TorqueEnable.Address, [0]);

    private IEnumerable<(FeetechRegister Register, int Value)> Settings(FeetechServo servo, byte[] eeprom)
    {
        yield return (FeetechRegisters.StatusLevel, 1);
        yield return (FeetechRegisters.ReturnDelay, 0);
        yield return (FeetechRegisters.MinimumPosition, servo.DeviceLow);
        yield return (FeetechRegisters.MaximumPosition, servo.DeviceHigh);
        yield return (FeetechRegisters.MaximumTorque, servo.TorqueLimit);
        if (servo.Joint.Gripper)
            yield return (FeetechRegisters.Overload(_family), (int)Math.Round(100 * options.GripperOverload));
        if (_family != FeetechFamily.Sts)
            yield break;
        yield return (FeetechRegisters.Mode, 0);

        // Only positions within one turn: the count of turns is lost when the supply goes. The other bits describe the hardware.
        yield return (FeetechRegisters.Phase, eeprom[FeetechRegisters.Phase.Address] & ~MultiTurnBit);
        if (servo.Joint.Gripper)
            yield return (FeetechRegisters.ProtectionCurrent, (int)Math.Round(options.GripperCurrent / CurrentUnit));
    }

    private int Position(FeetechServo servo)
    {
        var register = FeetechRegisters.PresentPosition;
        return register.Decode(access.Read(servo, register.Address, register.Size), _family);
    }

    private void Write(FeetechServo servo, FeetechRegister register, int value) =>
        access.Write(servo, register.Address, Bytes(register, value));

    private byte[] Bytes(FeetechRegister register, int value)
    {
        var bytes = new byte[register.Size];
        register.Encode(value, bytes, _family);
        return bytes;
    }
}
