using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Drivers.Servos;

namespace Robotics.Drivers.Feetech;

/// <summary>
/// Finds the servos of a robot and checks that they are the ones that its file describes. Writes nothing. Throws one sentence about
/// the first thing that is wrong.
/// </summary>
internal sealed class FeetechIdentification(
    ServoAccess access, RobotDefinition robot, FeetechOptions options, IReadOnlyList<FeetechServo> servos, DriverCounters counters)
{
    private const int EepromLength = 40;
    private const int MultiTurnOffsetMask = 0x1FFF;
    private static readonly int[] BaudRates = [1_000_000, 500_000, 250_000, 128_000, 115_200, 76_800, 57_600, 38_400];

    /// <summary>Identifies all servos.</summary>
    /// <param name="searchOnFailure">True to look for servos at other rates and ids when some do not answer.</param>
    /// <exception cref="UserErrorException">Something does not fit.</exception>
    public void Run(bool searchOnFailure)
    {
        new ServoSearch(access, robot, servos, BaudRates, counters).Run(searchOnFailure);
        foreach (var servo in servos)
            Identify(servo);
    }

    private void Identify(FeetechServo servo)
    {
        var eeprom = access.Read(servo, 0, EepromLength);
        int Value(FeetechRegister register) => register.Decode(eeprom.AsSpan(register.Address), options.Family);
        var order = Value(FeetechRegisters.ByteOrder);
        if (order is 0 or 1 && order != (int)options.Family)
            throw new UserErrorException(
                $"{robot.LocationOf("connection")}: {servo.Name} is of the family {(order == 0 ? "sts" : "scs")}: correct 'family'.");
        CheckModel(servo, Value(FeetechRegisters.Model));
        var firmware = new Version(Value(FeetechRegisters.FirmwareMajor), Value(FeetechRegisters.FirmwareMinor));
        if (firmware < Version.Parse(options.MinimumFirmware))
            throw new UserErrorException(
                $"{servo.Name} has firmware {firmware}, older than {options.MinimumFirmware}: update it with Feetech's program, or lower "
                + "minimum_firmware if its control table is the same.");
        var voltage = CheckVoltage(servo, Value(FeetechRegisters.MinimumVoltage) * 0.1, Value(FeetechRegisters.MaximumVoltage) * 0.1);
        var isSts = options.Family == FeetechFamily.Sts;
        servo.Identify(
            new FeetechIdentity(
                servo.Id, FeetechModel.NameOf(Value(FeetechRegisters.Model)), firmware, voltage, Value(FeetechRegisters.StatusLevel),
                isSts ? Value(FeetechRegisters.Phase) : 0,
                isSts ? FeetechRegister.DecodeOffset(Value(FeetechRegisters.HomingOffset) & MultiTurnOffsetMask) : 0),
            (FeetechErrors)Value(FeetechRegisters.UnloadConditions));
    }

    private void CheckModel(FeetechServo servo, int number)
    {
        if (servo.Joint.Model is { } name && FeetechModel.All.First(m => m.Name == name).Number != number)
            throw new UserErrorException(
                $"{robot.LocationOfJoint(servo.Index)}: {servo.Name} is a {FeetechModel.NameOf(number)}, not a {name}: "
                + "correct 'model', or exchange the servo.");
    }

    private double CheckVoltage(FeetechServo servo, double low, double high)
    {
        var voltage = access.Read(servo, FeetechRegisters.PresentVoltage.Address, 1)[0] * 0.1;
        if (voltage < low - 0.05 || voltage > high + 0.05)
            throw new UserErrorException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{servo.Name} is supplied with {voltage:F1} V, outside its {low:F1} to {high:F1} V: connect the supply that fits it."));
        return voltage;
    }
}
