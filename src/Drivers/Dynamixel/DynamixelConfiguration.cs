using Robotics.Core.Errors;
using Robotics.Drivers.Servos;

namespace Robotics.Drivers.Dynamixel;

/// <summary>Settings, torque and watchdog of Dynamixel servos. Allocates; throws.</summary>
internal sealed class DynamixelConfiguration(ServoAccess access, DynamixelOptions options)
{
    private const int ReadLength = 69;
    private const int TimeBasedProfileBit = 0x04;
    private const int TorqueByGoalBit = 0x08;
    private const double WatchdogUnitSeconds = 0.02;

    /// <summary>Writes the settings in EEPROM that differ.</summary>
    /// <returns>Number of settings written.</returns>
    /// <exception cref="UserErrorException">Something differs while torque is on, or a servo does not take a value.</exception>
    public int Run(IEnumerable<DynamixelServo> servos) => servos.Sum(servo =>
    {
        var memory = access.Read(servo, 0, ReadLength);
        var settings = Settings(servo, memory).Select(s => (s.Register.Address, s.Register.Encode(s.Value)));
        return access.Configure(servo, memory, settings, DynamixelRegisters.TorqueEnable.Address, lockAddress: null);
    });

    /// <summary>Profile, limits and goal of a servo; then torque; at last the watchdogs.</summary>
    /// <exception cref="UserErrorException">
    /// A servo reports a hardware error, a joint is beyond its limits, or a servo does not take a value.
    /// </exception>
    public void TorqueOn(IReadOnlyList<DynamixelServo> servos)
    {
        foreach (var servo in servos)
            Prepare(servo);

        // The goal must be here before torque drives to it; as shortly before as can be, since limp joints sink.
        foreach (var servo in servos)
        {
            var position = Position(servo);
            servo.RequireInside(position);
            Write(servo, DynamixelRegisters.GoalPosition, position);
            Write(servo, DynamixelRegisters.TorqueEnable, 1);
        }

        var units = (int)Math.Round(options.Watchdog.TotalSeconds / WatchdogUnitSeconds);
        foreach (var servo in servos)
            Write(servo, DynamixelRegisters.Watchdog, units);
    }

    /// <summary>Switches torque off.</summary>
    /// <exception cref="UserErrorException">A servo did not confirm; the others were switched off.</exception>
    public void TorqueOff(IReadOnlyList<DynamixelServo> servos) => access.WriteAll(servos, DynamixelRegisters.TorqueEnable.Address, [0]);

    private void Prepare(DynamixelServo servo)
    {
        if (access.Read(servo, DynamixelRegisters.HardwareError.Address, 1)[0] is not 0 and var bits)
            throw new UserErrorException(
                $"{servo.Name} reports a hardware error ({DynamixelErrors.Describe(bits)}): remove its cause, switch its supply off and "
                + "on, and connect again.");
        servo.RequireInside(Position(servo));

        // A watchdog that has tripped refuses goals until it is cleared.
        Write(servo, DynamixelRegisters.Watchdog, 0);
        Write(servo, DynamixelRegisters.ProfileAcceleration, servo.AccelerationLimit);
        Write(servo, DynamixelRegisters.ProfileVelocity, servo.SpeedLimit);
        Write(servo, DynamixelRegisters.GoalPwm, servo.PwmLimit);
        if (servo.LimitsCurrent)
            Write(servo, DynamixelRegisters.GoalCurrent, servo.CurrentLimit);
    }

    private static IEnumerable<(DynamixelRegister Register, int Value)> Settings(DynamixelServo servo, byte[] memory)
    {
        yield return (DynamixelRegisters.StatusLevel, 2);
        yield return (DynamixelRegisters.ReturnDelay, 0);
        yield return (DynamixelRegisters.OperatingMode, servo.Mode);
        yield return (DynamixelRegisters.MinimumPosition, servo.DeviceLow);
        yield return (DynamixelRegisters.MaximumPosition, servo.DeviceHigh);
        if (servo.LimitsCurrent)
            yield return (DynamixelRegisters.CurrentLimit, servo.CurrentLimit);

        // Profiles by speed, and torque only when it is asked for. The direction describes how the servo is built in.
        yield return (
            DynamixelRegisters.DriveMode, memory[DynamixelRegisters.DriveMode.Address] & ~(TimeBasedProfileBit | TorqueByGoalBit));
    }

    private int Position(DynamixelServo servo)
    {
        var register = DynamixelRegisters.PresentPosition;
        return register.Decode(access.Read(servo, register.Address, register.Size));
    }

    private void Write(DynamixelServo servo, DynamixelRegister register, int value) =>
        access.Write(servo, register.Address, register.Encode(value));
}
