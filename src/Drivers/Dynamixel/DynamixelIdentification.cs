using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Drivers.Servos;

namespace Robotics.Drivers.Dynamixel;

/// <summary>
/// Finds the servos of a robot and checks that they are the ones that its file describes. Writes nothing. Throws one sentence about
/// the first thing that is wrong.
/// </summary>
internal sealed class DynamixelIdentification(
    ServoAccess access, RobotDefinition robot, DynamixelOptions options, IReadOnlyList<DynamixelServo> servos, DriverCounters counters)
{
    private const int EepromLength = 64;
    private static readonly int[] BaudRates = [57_600, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 115_200, 9_600];

    /// <summary>Identifies all servos.</summary>
    /// <param name="searchOnFailure">True to look for servos at other rates and ids when some do not answer.</param>
    /// <exception cref="UserErrorException">Something does not fit.</exception>
    public void Run(bool searchOnFailure)
    {
        new ServoSearch(access, robot, servos, BaudRates, counters).Run(searchOnFailure);
        foreach (var servo in servos)
            Identify(servo);
    }

    private void Identify(DynamixelServo servo)
    {
        var eeprom = access.Read(servo, 0, EepromLength);
        int Value(DynamixelRegister register) => register.Decode(eeprom.AsSpan(register.Address));
        var number = Value(DynamixelRegisters.Model);
        if (servo.Model.Number != number)
            throw new UserErrorException(
                $"{robot.LocationOfJoint(servo.Index)}: {servo.Name} is a {DynamixelModel.NameOf(number)}, not a {servo.Model.Name}: "
                + "correct 'model', or exchange the servo.");
        var firmware = Value(DynamixelRegisters.Firmware);
        if (firmware < options.MinimumFirmware)
            throw new UserErrorException(
                $"{servo.Name} has firmware {firmware}, older than {options.MinimumFirmware}: update it with Dynamixel Wizard, or lower "
                + "minimum_firmware if it has a bus watchdog.");
        var (low, high) = (Value(DynamixelRegisters.MinimumVoltage) * 0.1, Value(DynamixelRegisters.MaximumVoltage) * 0.1);
        var voltage = DynamixelRegisters.PresentVoltage.Decode(access.Read(servo, DynamixelRegisters.PresentVoltage.Address, 2)) * 0.1;
        if (voltage < low - 0.05 || voltage > high + 0.05)
            throw new UserErrorException(
                $"{servo.Name} is supplied with {voltage:F1} V, outside its {low:F1} to {high:F1} V: connect the supply that fits it.");
        servo.Identity = new DynamixelIdentity(
            servo.Id, DynamixelModel.NameOf(number), firmware, voltage, access.Read(servo, DynamixelRegisters.HardwareError.Address, 1)[0],
            Value(DynamixelRegisters.HomingOffset));
    }
}
