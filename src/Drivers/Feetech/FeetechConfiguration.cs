using Robotics.Core.Errors;

namespace Robotics.Drivers.Feetech;

/// <summary>
/// Settings that the driver needs in the servos' EEPROM. They are compared first: EEPROM wears out, and a servo at work must not
/// change its mode. Allocates; throws.
/// </summary>
internal sealed class FeetechConfiguration(FeetechAccess access, FeetechOptions options)
{
    private const int EepromLength = 40;
    private const int MultiTurnBit = 0x10;
    private const double CurrentUnit = 0.0065;

    /// <summary>Writes what differs.</summary>
    /// <returns>Number of registers written.</returns>
    /// <exception cref="UserErrorException">Something differs while torque is on, or a servo does not take a value.</exception>
    public int Run(IEnumerable<FeetechServo> servos) => servos.Sum(Configure);

    /// <summary>Present position, goal, profile and torque limit of a servo; then torque.</summary>
    /// <exception cref="UserErrorException">The joint is beyond its limits, or the servo does not take a value.</exception>
    public void TorqueOn(FeetechServo[] servos)
    {
        foreach (var servo in servos)
        {
            CheckInside(servo, access.Read(servo, FeetechRegisters.PresentPosition));
            access.Write(servo, FeetechRegisters.GoalTime, 0);
            access.Write(servo, FeetechRegisters.GoalVelocity, servo.SpeedLimit);
            if (access.Family != FeetechFamily.Sts)
                continue;
            access.Write(servo, FeetechRegisters.Acceleration, servo.AccelerationLimit);
            access.Write(servo, FeetechRegisters.TorqueLimit, servo.TorqueLimit);
        }

        // Torque drives to the goal that was left there: it must be here first. As shortly before as can be, since limp joints sink.
        foreach (var servo in servos)
        {
            var position = access.Read(servo, FeetechRegisters.PresentPosition);
            CheckInside(servo, position);
            access.Write(servo, FeetechRegisters.GoalPosition, position);
            access.Write(servo, FeetechRegisters.TorqueEnable, 1);
        }
    }

    /// <summary>Switches torque off.</summary>
    /// <exception cref="UserErrorException">A servo did not confirm; the others were switched off.</exception>
    public void TorqueOff(FeetechServo[] servos)
    {
        UserErrorException? failure = null;
        foreach (var servo in servos)
        {
            try
            {
                access.Write(servo, FeetechRegisters.TorqueEnable, 0);
            }
            catch (UserErrorException e)
            {
                failure ??= e;
            }
        }

        if (failure is not null)
            throw failure;
    }

    private int Configure(FeetechServo servo)
    {
        var eeprom = access.ReadBlock(servo, 0, EepromLength);
        var different = Settings(servo, eeprom)
            .Where(s => s.Register.Decode(eeprom.AsSpan(s.Register.Address), access.Family) != s.Value).ToArray();
        if (different.Length == 0)
            return 0;
        if (access.Read(servo, FeetechRegisters.TorqueEnable) != 0)
            throw new UserErrorException(
                $"{servo.Name} needs other settings (register {different[0].Register.Address} must be {different[0].Value}) while its "
                + "torque is on: support the arm, switch its supply off and on, and connect again.");
        access.Write(servo, FeetechRegisters.Lock(access.Family), 0);
        foreach (var (register, value) in different)
            access.Write(servo, register, value);
        access.Write(servo, FeetechRegisters.Lock(access.Family), 1);
        return different.Length;
    }

    private IEnumerable<(FeetechRegister Register, int Value)> Settings(FeetechServo servo, byte[] eeprom)
    {
        yield return (FeetechRegisters.StatusLevel, 1);
        yield return (FeetechRegisters.ReturnDelay, 0);
        yield return (FeetechRegisters.MinimumPosition, servo.DeviceLow);
        yield return (FeetechRegisters.MaximumPosition, servo.DeviceHigh);
        yield return (FeetechRegisters.MaximumTorque, servo.TorqueLimit);
        if (servo.Joint.Gripper)
        {
            var protection = FeetechRegisters.Protection(access.Family);
            yield return (protection with { Address = (byte)(protection.Address + 2) }, (int)Math.Round(100 * options.GripperOverload));
        }

        if (access.Family != FeetechFamily.Sts)
            yield break;
        yield return (FeetechRegisters.Mode, 0);

        // Only positions within one turn: the count of turns is lost when the supply goes. The other bits describe the hardware.
        yield return (FeetechRegisters.Phase, eeprom[FeetechRegisters.Phase.Address] & ~MultiTurnBit);
        if (servo.Joint.Gripper)
            yield return (FeetechRegisters.ProtectionCurrent, (int)Math.Round(options.GripperCurrent / CurrentUnit));
    }

    private static void CheckInside(FeetechServo servo, int position)
    {
        if (position < servo.DeviceLow || position > servo.DeviceHigh)
            throw new UserErrorException(
                $"joint '{servo.Joint.Name}' stands at {servo.Scale.ToPosition(position):F2}, beyond its limits {servo.Joint.Position[0]:F2} "
                + $"to {servo.Joint.Position[1]:F2}, and would jump when torque comes on: move it inside by hand, or calibrate.");
    }
}
